package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/account"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/preflight"
)

func checkCommand(ui *ui) *cli.Command {
	flags := append(serverFlags(), sourceFlags()...)
	flags = append(flags, folderFlags()...)
	return &cli.Command{
		Name: "check", ArgsUsage: "[FILE]",
		Usage: "look at the server, and at a data file if one is given, and say what stands against a run; nothing is sent",
		Flags: append(flags, compareFlag(),
			&cli.BoolFlag{DisableDefaultText: true, Name: "json", Usage: "print the result as JSON"},
		),
		Action: func(c *cli.Context) error {
			r, err := check(c, ui)
			if err != nil {
				return err
			}
			ui.stopProgress()
			if c.Bool("json") {
				if err := writeJSON(ui.out, r); err != nil {
					return err
				}
			} else {
				printCheck(ui, r.Result)
				if r.Compared != nil {
					printComparison(ui, r.Compared)
				}
			}
			if code := r.ExitCode(); code != exitOK {
				return exitStatus(code)
			}
			return nil
		},
	}
}

// checked is all that check finds, as JSON.
type checked struct {
	*preflight.Result
	Found    *foundJSON  `json:"found,omitempty"`
	Compared *comparison `json:"compared,omitempty"`
}

func check(c *cli.Context, ui *ui) (*checked, error) {
	in := preflight.Input{Now: time.Now()}
	var err error
	if c.Bool("compare") && c.NArg() == 0 {
		return nil, usageError(c, errors.New("--compare needs a data file"), true)
	}
	if c.NArg() > 0 {
		if in.Job, in.Plan, err = checkFile(c, ui); err != nil {
			return nil, err
		}
		defer in.Job.Close()
	}
	var found *account.Result
	in.Config, found, err = findServer(c, ui)
	if found != nil && !c.Bool("json") {
		printFound(ui, found) // whatever comes of the sign-in
	}
	if err != nil {
		return nil, err
	}
	if err := newLogin(c, ui, &in.Config, found).prepare(); err != nil {
		return nil, err
	}
	if in.Conn, in.Facts, err = imapconn.Probe(c.Context, in.Config); err != nil {
		return nil, err
	}
	if in.Job != nil {
		in.Job.Conn = in.Conn
	}
	defer func() { _ = in.Conn.Close() }() // after Logout there is nothing left to say
	r := &checked{Found: foundAsJSON(found)}
	if r.Result, err = preflight.Run(c.Context, in); err == nil {
		err = in.Conn.Logout(c.Context)
	}
	if err == nil && c.Bool("compare") {
		r.Compared, err = compare(c.Context, in.Job, in.Config)
	}
	return r, err
}

// checkFile opens the data file of the arguments.
func checkFile(c *cli.Context, ui *ui) (*job.Job, plan.Options, error) {
	path, err := oneFile(c)
	if err != nil {
		return nil, plan.Options{}, err
	}
	source, err := sourceOptions(c, false)
	if err != nil {
		return nil, plan.Options{}, err
	}
	chosen, err := selectionOf(c)
	if err != nil {
		return nil, plan.Options{}, err
	}
	j, err := openJob(c.Context, []string{path}, source, ui)
	if err != nil {
		return nil, plan.Options{}, err
	}
	o, err := choose(c, j, chosen)
	if err != nil {
		_ = j.Close() // nothing was written
	}
	return j, o, err
}

func printCheck(ui *ui, r *preflight.Result) {
	for _, p := range r.Problems {
		ui.println(clean(fmt.Sprintf("%s: %s", p.Severity, p.What)))
		ui.println(clean("  do: " + p.Do))
	}
	if len(r.Problems) == 0 {
		ui.println("nothing stands against a run")
	}
	ui.println("")
	printCheckedServer(ui, &r.Server)
	t := newTable("the server offers", "", "which means")
	for _, c := range r.Capabilities {
		offered := "no"
		if c.Offered {
			offered = "yes"
		}
		t.row(c.Name, offered, c.Means)
	}
	ui.println("")
	t.print(ui)
	if r.Source != nil {
		ui.println("")
		printCheckedSource(ui, r)
	}
}

// line prints a name and what there is to say, if there is anything.
func line(ui *ui, name, text string) {
	if text != "" {
		ui.println(clean(fmt.Sprintf("%-14s %s", name, text)))
	}
}

func printCheckedServer(ui *ui, s *preflight.Server) {
	line(ui, "server", strings.TrimSpace(fmt.Sprintf("%s:%d, %s", s.Host, s.Port, s.Software)))
	if t := s.TLS; t != nil {
		issuer := t.Issuer
		if issuer == "" {
			issuer = "an issuer without a name"
		}
		line(ui, "protection", fmt.Sprintf("%s, certificate by %s, valid until %s", t.Version, issuer, t.NotAfter))
	}
	delim := "none"
	if s.Delimiter != "" {
		delim = fmt.Sprintf("%q", s.Delimiter)
	}
	line(ui, "folders", fmt.Sprintf("below %q, levels separated by %s", s.Prefix, delim))
	var special []string
	for _, x := range s.Special {
		special = append(special, x.Role+": "+x.Mailbox)
	}
	line(ui, "special", strings.Join(special, ", "))
	for _, q := range s.Quota {
		line(ui, "room", quotaText(q))
	}
	if s.AppendLimit > 0 {
		line(ui, "message", "at most "+byteSize(s.AppendLimit))
	}
	line(ui, "marks", map[string]string{
		"any": "any can be stored", "some": "only some can be stored", "none": "only the usual ones can be stored",
	}[s.Keywords])
	if n := len(s.RoundTripMS); n > 0 {
		line(ui, "round trip", fmt.Sprintf("%.1f to %.1f ms", s.RoundTripMS[0], s.RoundTripMS[n-1]))
	}
	if s.Download > 0 {
		line(ui, "receiving", byteSize(int64(s.Download))+" per second")
	}
}

func quotaText(q preflight.Quota) string {
	switch q.Resource {
	case "STORAGE":
		return fmt.Sprintf("%s of %s are in use", byteSize(q.Usage), byteSize(q.Limit))
	case "MESSAGE":
		return fmt.Sprintf("%d of %d messages are there", q.Usage, q.Limit)
	}
	return fmt.Sprintf("%d of %d are in use (%s)", q.Usage, q.Limit, q.Resource)
}

// maxSubject is how wide a subject may be on a line of its own.
const maxSubject = 60

func printCheckedSource(ui *ui, r *preflight.Result) {
	s := r.Source
	size := byteSize(s.BytesMax)
	if s.BytesMin < s.BytesMax {
		size = "about " + byteSize(s.BytesMin) + " to " + size
	}
	line(ui, "data file", fmt.Sprintf("%s: %s items, %s as messages", s.File, number(s.Items), size))
	for _, m := range s.Largest {
		text := byteSize(m.Bytes)
		if !m.Exact {
			text = "about " + text
		}
		if m.TooLarge {
			text += ", too large"
		}
		line(ui, "large", fmt.Sprintf("%s: %q, %s", m.Folder, shorten(clean(m.Subject), maxSubject), text))
	}
	how := "the line's rate is not known"
	if r.Estimate.Measured {
		how = "sending is taken to be as fast as receiving, or a tenth"
	}
	line(ui, "time", fmt.Sprintf("%s, an estimate: %s, and nothing was sent to find out", r.Estimate, how))
	t := newTable("folder", "mailbox", ">items", "why")
	for _, f := range r.Folders {
		t.row(f.Path, f.Mailbox, number(f.Items), f.Why)
	}
	ui.println("")
	t.print(ui)
}
