package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/account"
	"github.com/pst2imap/pst2imap/internal/discover"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/plan"
)

// The guided dialogue asks for what migrate needs, one question after the other, and
// then runs migrate: whatever it can do, the command line can, and it shows how.
func guideCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "guide", ArgsUsage: "[FILE...]", Flags: migrateFlags(),
		Usage: "ask for everything that a migration needs, then do it; the same as no command at all",
		Description: "Options answer questions, which are then not asked. Without a terminal nothing can be asked: use\n" +
			"migrate there.",
		Action: func(c *cli.Context) error { return runGuide(c, ui) },
	}
}

// guide is what is known so far.
type guide struct {
	*ui
	c *cli.Context

	scanned *discover.Result
	files   []string
	items   int    // in the files
	deleted int    // of them in Deleted Items
	summary string // of the files, a line
	left    []string

	found *account.Result
	cfg   imapconn.Config
	users []string // forms of the user name

	aside  bool
	backup string // folder; empty: none
}

func runGuide(c *cli.Context, ui *ui) error {
	if !ui.interactive() {
		return &failure{exitUsage, errors.New("the dialogue needs a terminal"), "pst2imap migrate takes everything as options: see pst2imap help migrate"}
	}
	ui.guided = true
	g := &guide{ui: ui, c: c}
	g.welcome()
	want, err := g.askLast(c.Context)
	if err != nil {
		return err
	}
	questions := []func(context.Context) error{
		g.askClosed, g.askFiles, g.look, g.askAccount, g.askTrash, g.askBackup, g.askPOP, g.askStart,
	}
	switch want {
	case wantVerify:
		return g.verify(c.Context)
	case wantMore:
		accounts := func(ctx context.Context) error { return g.scan(ctx, true) }
		questions = []func(context.Context) error{g.askClosed, accounts, g.look, g.askSignIn, g.askPOP, g.askStart}
	}
	for _, ask := range questions {
		if err := ask(c.Context); err != nil {
			return err
		}
	}
	return g.migrate(c.Context)
}

func (g *guide) welcome() {
	fmt.Fprintln(g.err, g.bold("pst2imap moves mail from Outlook to an IMAP mailbox"))
	for _, line := range []string{
		"It copies your mail to the server, then reads all of it back and compares.",
		"Outlook's file is only read, never changed. Nothing is sent before you say",
		"so, and Ctrl-C ends it at any time.",
	} {
		fmt.Fprintln(g.err, "  "+line)
	}
}

// askClosed makes sure that all mail is in the file, and that the file is free.
func (g *guide) askClosed(ctx context.Context) error {
	if g.c.Bool("yes") {
		return nil
	}
	for about := []string{
		"First let Outlook fetch once more: Send/Receive, Send/Receive All Folders.",
		"Then close it. While it is open nobody else may read its file.",
	}; ; about = []string{"Take your time."} {
		closed, err := g.confirm(ctx, "Is Outlook closed?", about...)
		if err != nil || closed {
			return err
		}
	}
}

// look opens the files, so that what is in them can be said.
func (g *guide) look(ctx context.Context) error {
	source, err := sourceOptions(g.c, false)
	if err != nil {
		return err
	}
	j, err := openJob(ctx, g.files, source, g.ui)
	if err != nil {
		return err
	}
	defer j.Close()
	g.items, g.deleted = j.Messages(), deletedItems(j)
	var names []string
	for _, f := range g.files {
		names = append(names, filepath.Base(f))
	}
	g.summary = fmt.Sprintf("%s: %s in %s", strings.Join(names, ", "), plural(g.items, "item"), plural(len(j.Folders), "folder"))
	g.stopProgress()
	g.told("%s", g.summary)
	return nil
}

// deletedItems counts what lies in Deleted Items and below.
func deletedItems(j *job.Job) int {
	var folders []plan.Folder
	for _, f := range j.Folders {
		folders = append(folders, plan.Folder{Path: f.Path, Role: string(f.Role), HasItems: len(f.Items) > 0})
	}
	n := 0
	for i, t := range plan.Map(folders, plan.Server{Delim: '/', Mailboxes: []plan.Mailbox{{Name: "INBOX"}}}, plan.Options{}) {
		if t.Bin == plan.RoleTrash {
			n += len(j.Folders[i].Items)
		}
	}
	return n
}

// askTrash asks only where there is something that a provider would empty.
func (g *guide) askTrash(ctx context.Context) error {
	if g.aside = g.c.Bool("trash-aside"); g.aside || g.deleted == 0 {
		return nil
	}
	n, err := g.choose(ctx, fmt.Sprintf("What becomes of the %s in Deleted Items?", plural(g.deleted, "item")), []string{
		"A folder of their own, which nobody empties: " + plan.AsideName,
		"The trash of the server",
	}, "Many providers empty the trash after some weeks.")
	g.aside = n == 0
	return err
}

// askPOP names the accounts that are known, then asks.
func (g *guide) askPOP(ctx context.Context) error {
	if g.c.Bool(popFlagName) {
		return nil
	}
	return askPOP(ctx, g.ui, g.pop()...)
}

// pop are the POP accounts of Outlook on this computer that fetch from the mailbox.
func (g *guide) pop() []discover.Account {
	if g.scanned == nil {
		return nil
	}
	list := g.scanned.POP(g.address())
	if g.cfg.User != g.address() {
		list = append(list, g.scanned.POP(g.cfg.User)...)
	}
	return list
}

// address is the mailbox's, as far as it is known.
func (g *guide) address() string {
	if g.found != nil {
		return g.found.Address
	}
	return g.cfg.User
}

// askStart shows all of it on one screen.
func (g *guide) askStart(ctx context.Context) error {
	fmt.Fprintln(g.err)
	fmt.Fprintln(g.err, g.bold("This is what will happen"))
	g.row("Mail", "%s", g.summary)
	for _, path := range g.left {
		g.row("Left out", "%s", path)
	}
	g.row("To", "%s at %s", g.cfg.User, g.cfg.Host)
	if g.backup == "" {
		g.row("Backup", "none, as you chose")
	} else {
		g.row("Backup", "first, a copy that is read back: %s", g.backup)
	}
	if g.deleted > 0 {
		where := "the server's trash"
		if g.aside {
			where = plan.AsideName
		}
		g.row("Deleted", "%s go to %s", plural(g.deleted, "item"), where)
	}
	g.row("Then", "everything is read back from the server and compared")
	fmt.Fprintln(g.err)
	for _, line := range []string{
		"Nothing is removed, neither here nor on the server. Should it be interrupted,",
		"start it again: it goes on where it stopped. Leave a notebook open and plugged",
		"in. From a command line the same is:",
	} {
		fmt.Fprintln(g.err, "  "+line)
	}
	fmt.Fprintln(g.err, indented("pst2imap "+shellWords(g.arguments()), 4))
	if g.c.Bool("yes") {
		return nil
	}
	ok, err := g.confirm(ctx, "Start now?")
	if err == nil && !ok {
		return &failure{code: exitInterrupted, err: errors.New("nothing was done, as you chose"), hint: "start it again when you like"}
	}
	return err
}

// row is a line of the plan.
func (g *guide) row(name, format string, args ...any) {
	fmt.Fprintln(g.err, wrapped(g.err, fmt.Sprintf("  %-9s %s", name, clean(fmt.Sprintf(format, args...)))))
}

// told repeats what is known now.
func (g *guide) told(format string, args ...any) {
	fmt.Fprintln(g.err, wrapped(g.err, "  "+clean(fmt.Sprintf(format, args...))))
}

// arguments are those of the migrate command that does what was answered, without
// the password.
func (g *guide) arguments() []string {
	args := []string{"migrate", "--" + popFlagName, "--host", g.cfg.Host, "--port", fmt.Sprint(g.cfg.Port)}
	if g.cfg.Security != imapconn.Implicit {
		args = append(args, "--tls", g.cfg.Security.String())
	}
	args = append(args, "--user", g.cfg.User)
	if g.aside {
		args = append(args, "--trash-aside")
	}
	if g.backup == "" {
		args = append(args, "--no-backup")
	} else {
		args = append(args, "--backup-dir", g.backup)
	}
	args = append(args, g.passedOn(migrateFlags())...)
	return append(append(args, "--"), g.files...)
}

// asked are the options whose value the dialogue knows better.
var asked = []string{popFlagName, "host", "port", "tls", "user", "email", "no-lookup", "trash-aside", "no-backup", "backup-dir", "yes"}

// passedOn are those options that the dialogue was started with and did not ask about,
// as far as a command has them.
func (g *guide) passedOn(command []cli.Flag) []string {
	var args []string
	for _, name := range g.c.LocalFlagNames() {
		has := slices.ContainsFunc(command, func(f cli.Flag) bool { return slices.Contains(f.Names(), name) })
		if !has || slices.Contains(asked, name) {
			continue
		}
		switch v := g.c.Value(name).(type) {
		case bool:
			if v {
				args = append(args, "--"+name)
			}
		case cli.StringSlice:
			for _, text := range v.Value() {
				args = append(args, "--"+name+"="+text)
			}
		default:
			args = append(args, fmt.Sprintf("--%s=%v", name, v))
		}
	}
	return args
}

// migrate runs the command. What is said at the end is short: the report has it all.
func (g *guide) migrate(ctx context.Context) error {
	g.ui.brief = true
	g.remember(false)
	fmt.Fprintln(g.err)
	err := newApp(g.ui).RunContext(ctx, append([]string{"pst2imap"}, g.arguments()...))
	g.remember(g.ui.complete)
	if page := g.ui.page; page != "" && ctx.Err() == nil {
		err = errors.Join(err, g.offerReport(ctx, page))
	}
	return err
}

// offerReport opens the report in the browser if the person wants to see it.
func (g *guide) offerReport(ctx context.Context, page string) error {
	if g.c.Bool("yes") {
		return nil
	}
	show, err := g.confirm(ctx, "Do you want to see the report in your browser?", "It is kept here: "+page)
	if err != nil || !show {
		return err
	}
	openBrowser(page)
	return nil
}

// typedPath is a path as a person types it or drags it into the window: terminals
// put quotation marks around it or backslashes before blanks.
func typedPath(text string) string {
	text = strings.TrimSpace(text)
	for _, q := range []string{`"`, `'`} {
		if inner, ok := strings.CutPrefix(text, q); ok && strings.HasSuffix(inner, q) {
			return strings.TrimSuffix(inner, q)
		}
	}
	if rest, ok := strings.CutPrefix(text, "& "); ok { // QUIRK(PowerShell): a dragged path with blanks
		return typedPath(rest)
	}
	if os.PathSeparator == '/' {
		text = unescapeBlanks(text)
		if home, err := os.UserHomeDir(); err == nil && strings.HasPrefix(text, "~/") {
			text = filepath.Join(home, text[2:])
		}
	}
	return text
}

// unescapeBlanks takes away the backslashes that shells want.
func unescapeBlanks(text string) string {
	var b strings.Builder
	escaped := false
	for _, r := range text {
		if r == '\\' && !escaped {
			escaped = true
			continue
		}
		escaped = false
		b.WriteRune(r)
	}
	return b.String()
}
