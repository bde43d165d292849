package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/imaptest/fault"
	netline "github.com/pst2imap/pst2imap/internal/imaptest/line"
	"github.com/pst2imap/pst2imap/internal/journal"
)

// trial is one data file on its hard way to one account.
type trial struct {
	t      *testing.T
	rng    *rand.Rand
	dir    string
	path   string
	quick  bool
	server *imaptest.Server // looked into directly
	far    *imaptest.Server // as the program sees it
	line   *netline.Line
	relay  *fault.Relay
	bytes  int64 // of all messages, about
	kills  int

	story strings.Builder
	said  string
}

// route lays a line and a relay between the program and the server.
func (r *trial) route(file string) {
	r.far, r.relay = r.server.Faults(r.t, fault.Options{Hide: [][]string{nil, nil, nil, {"MULTIAPPEND"}, {"LITERAL+", "MULTIAPPEND"}}[r.rng.IntN(5)]})
	fast, slow := netline.Options{}, netline.Even(20*time.Millisecond, 125_000)
	o := []netline.Options{fast, fast, netline.Even(5*time.Millisecond, 5_000_000), netline.Even(10*time.Millisecond, 1_250_000)}[r.rng.IntN(4)]
	switch {
	case r.quick:
		o = fast
	case r.rng.IntN(8) == 0, file == "large":
		o = slow
	}
	r.far, r.line = r.far.Line(r.t, o)
	r.bytes = 2_200_000
	if file == "large" {
		r.bytes = 16_000_000
	}
	fmt.Fprintf(&r.story, "%s, %s, line %+v\n", r.server.Name, file, o)
}

// mishap is what goes wrong in one run.
type mishap struct {
	what  string
	kill  int64 // after so many bytes went up; -1 is never
	cuts  []netline.Cut
	fault []fault.Fault
}

// mishap thinks of something, or of two things.
func (r *trial) mishap() *mishap {
	p := &mishap{kill: -1}
	var what []string
	for range 1 + r.rng.IntN(2) {
		switch r.rng.IntN(3) {
		case 0:
			p.kill = r.moment()
			what = append(what, "kill")
		case 1:
			c := netline.Cut{In: netline.Up, After: r.moment(), How: netline.How(r.rng.IntN(2)), All: r.rng.IntN(3) == 0}
			if r.rng.IntN(3) == 0 {
				c.In, c.After = netline.Down, r.rng.Int64N(30_000)
			}
			if r.rng.IntN(4) == 0 {
				c.Pause = time.Duration(r.rng.IntN(1500)) * time.Millisecond
			}
			if !r.quick && r.rng.IntN(10) == 0 {
				c.How, c.All = netline.Freeze, false
			}
			p.cuts = append(p.cuts, c)
			what = append(what, "cut")
		default:
			p.fault = append(p.fault, r.fault())
			what = append(what, "fault")
		}
	}
	slices.Sort(what)
	p.what = strings.Join(what, "+")
	fmt.Fprintf(&r.story, "kill after %d, cuts %+v, faults %+v\n", p.kill, p.cuts, p.fault)
	return p
}

// moment is after so many bytes. A program that was killed before it knew how fast the line is waits for half a minute in the
// next run, which is too much for a quick trial.
func (r *trial) moment() int64 {
	var least int64
	if r.quick {
		least = 150_000
	}
	return least + r.rng.Int64N(r.bytes-least)
}

// fault is what servers do now and then.
func (r *trial) fault() fault.Fault {
	pick := func(list ...string) string { return list[r.rng.IntN(len(list))] }
	f := fault.Fault{
		Command: pick("APPEND", "APPEND", "APPEND", "APPEND", "APPEND", "UID FETCH", "EXAMINE", "SELECT", "CREATE", "STATUS", "LIST"),
		Nth:     1 + r.rng.IntN(12), When: fault.When(r.rng.IntN(3)),
		Do: []fault.Do{fault.Answer, fault.Answer, fault.Answer, fault.Bye, fault.Alert, fault.Reset, fault.Finish, fault.Silence}[r.rng.IntN(8)],
		Text: pick("NO no", "NO [OVERQUOTA] full", "NO [TOOBIG] large", "NO [LIMIT] enough", "NO [UNAVAILABLE] later", "NO [ALREADYEXISTS] there",
			"NO [TRYCREATE] where", "BAD what", "BAD Request is throttled. Suggested Backoff Time: 300 milliseconds", "NO [INUSE] locked"),
	}
	if f.When == fault.Done && f.Do == fault.Answer {
		f.Do = fault.Reset // a server that lies about what it did is none of ours
	}
	if r.quick && f.Do == fault.Silence {
		f.Do = fault.Bye
	}
	if r.quick {
		f.Nth += 6
	}
	return f
}

// run is one run of the program, with what goes wrong in it. It gives the exit code, -1 for a run that was killed.
func (r *trial) run(p *mishap) int {
	r.t.Helper()
	if r.relay != nil {
		r.relay.Script()
	}
	cmd := r.command()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if p != nil {
		r.relay.Script(p.fault...)
		for _, c := range p.cuts {
			r.line.Cut(c)
		}
	}
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	start := time.Now()
	err, killed := r.await(cmd, ended, p)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	r.said = said.String()
	fmt.Fprintf(&r.story, "run of %v: %v\n", time.Since(start).Round(time.Millisecond), cmd.ProcessState)
	r.after()
	if killed {
		r.kills++
		return -1
	}
	return cmd.ProcessState.ExitCode()
}

// await waits for the end of the program, or kills it when its time has come.
func (r *trial) await(cmd *exec.Cmd, ended <-chan error, p *mishap) (err error, killed bool) { //nolint:revive // of the program, not of this function
	const most = 10 * time.Minute
	deadline := time.After(most)
	var from int64
	if r.line != nil {
		from, _ = r.line.Carried()
	}
	tick := time.NewTicker(500 * time.Microsecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return err, killed
		case <-deadline:
			_ = cmd.Process.Kill() // reported below
			r.t.Errorf("a run of more than %v", most)
		case <-tick.C:
			if p == nil || p.kill < 0 || killed {
				continue
			}
			if up, _ := r.line.Carried(); up-from >= p.kill {
				killed = cmd.Process.Kill() == nil
			}
		}
	}
}

func (r *trial) command() *exec.Cmd {
	tmp := filepath.Join(r.dir, "tmp")
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		r.t.Fatal(err)
	}
	cmd := exec.Command("pst2imap", "upload", "--pop-is-off", r.path, "--host", r.far.Host, "--port", strconv.Itoa(r.far.TLSPort), "--ca-file", r.far.CAFile,
		"--user", r.far.User, "--job-dir", r.jobDir(), "--timeout", "8s", "--yes")
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp, "XDG_DATA_HOME="+filepath.Join(r.dir, "data"), "PST2IMAP_PASSWORD="+r.far.Password)
	return cmd
}

func (r *trial) jobDir() string { return filepath.Join(r.dir, "job") }

// after checks what must hold after every run, however it ended.
func (r *trial) after() {
	r.t.Helper()
	past, err := journal.Read(r.jobDir())
	if err != nil || past.Torn > r.kills+1 {
		r.t.Errorf("journal: %v, %d torn lines\n%s", err, past.Torn, &r.story)
	}
	left, err := os.ReadDir(filepath.Join(r.dir, "tmp"))
	if err != nil || len(left) > 0 {
		r.t.Errorf("left in the temporary folder: %v, %v\n%s", left, err, &r.story)
	}
}

// count asks the server itself.
func (r *trial) count() contents {
	r.t.Helper()
	found := contents{}
	c := r.server.Client(r.t)
	for _, mailbox := range c.Mailboxes() {
		for _, line := range c.Field(mailbox, "X-Pst2imap-Id") {
			id, _, _ := strings.Cut(line, ";")
			found[mailbox] = append(found[mailbox], id)
		}
		slices.Sort(found[mailbox])
	}
	return found
}
