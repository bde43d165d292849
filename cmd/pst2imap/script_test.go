package main

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/pst2imap/pst2imap/internal/account/accounttest"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"pst2imap": programOnTestNetwork, "xdg-open": systemBrowser})
}

// TestScript runs the program as a person does. The scripts know these
// commands beside testscript's own:
//
//	server memory|dovecot [maildir] [namespace] [quota]   starts a server and sets HOST, PORT, TLSPORT, CAFILE, MAILUSER
//	net ...                                       a small Internet for the program to look servers up in, see cmdNet
//	oauth ...                                     a server that gives access tokens, see cmdOAuth
//	join FILE1 FILE2 FILE                         the third file has what the first two have
//	nosecret FILE...                              no secret is in any file but those, see cmdNoSecret
//	spy PROGRAM ARG...                            what others see of the running program goes to the file spied (Linux)
//	fake FILE                                     starts a server that follows the script in FILE (see imaptest.Script)
//	unchanged PROGRAM ARG...                      runs a program that must end with code 0 and leave $DEMO as it is
//	exits CODE PROGRAM ARG...                     runs a program that must end with that code
//	oneline                                       the last errors are one line, and one hint at most
//	field FILE PATH VALUE                         a field of a JSON file, PATH as in totals.found or items.0.state
//	count MAILBOX N                               an independent client counts N messages; MAILBOX * is all of them
//	mailbox NAME                                  there is a mailbox of that name on the server
//	imap COMMAND                                  an independent client says this to the server
//	identical DIR1 DIR2 N                         both have the same files of the same time, at least N
//	smimefile FILE                                a data file with mail that openssl signed and encrypted
//	smimereads DIR                                openssl verifies and decrypts the exported mail
//	jsonlines FILE SCHEMA                         each line is an object that docs/SCHEMA describes
//	hides BUNDLE TEXT...                          no file of a bundle has the text, in any case of letters
//	hidesfile BUNDLE FILE                         no file of a bundle has any line of FILE
func TestScript(t *testing.T) {
	root := testneed.Root(t)
	enron := filepath.Join(testneed.ModuleDir(t, "github.com/mooijtech/go-pst/v6"), "data", "enron.pst")
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			demo := filepath.Join(env.WorkDir, "demo.pst")
			b, err := os.ReadFile(filepath.Join(root, "testdata", "demo.pst"))
			if err == nil {
				err = os.WriteFile(demo, b, 0o600)
			}
			if err != nil {
				return err
			}
			env.Setenv("DEMO", demo)
			env.Setenv("ENRON", enron)
			paths := []string{demo, enron}
			contents := map[string][]byte{"KINDS": itemsOfAllKinds(t), "CHOICE": itemsOfChoice(t), "TNEF": itemWithTNEF(t),
				"TRASH": withTrash(t), "TRASHMORE": withTrash(t, "added since")}
			for name, content := range contents {
				path := filepath.Join(env.WorkDir, strings.ToLower(name)+".pst")
				if err := os.WriteFile(path, content, 0o600); err != nil {
					return err
				}
				env.Setenv(name, path)
				paths = append(paths, path)
			}
			for _, path := range paths {
				env.Defer(unchanged(t, path))
			}
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_DATA_HOME", filepath.Join(env.WorkDir, "data"))
			env.Setenv("PST2IMAP_PASSWORD", "")
			env.Setenv("PST2IMAP_OAUTH_TOKEN", "")
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
			env.Setenv(keyringVariable, filepath.Join(env.WorkDir, "keyring"))
			env.Values[hostKey] = &host{t: t}
			return os.WriteFile(filepath.Join(env.WorkDir, "pass"), []byte("wrong\n"), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server": cmdServer, "net": cmdNet, "oauth": cmdOAuth, "join": cmdJoin, "nosecret": cmdNoSecret, "spy": cmdSpy, "fake": cmdFake, "exits": cmdExits, "oneline": cmdOneline, "field": cmdField, "count": cmdCount, "imap": cmdIMAP,
			"mailbox": cmdMailbox, "unchanged": cmdUnchanged,
			"identical": cmdIdentical, "smimefile": cmdSMIMEFile, "smimereads": cmdSMIMEReads,
			"jsonlines": cmdJSONLines, "hides": cmdHides, "hidesfile": cmdHidesFile,
		},
	})
}

// itemsOfAllKinds is a data file with a mail, one of an unknown class, a conflict
// copy, a sticky note, a contact, an event and a task.
func itemsOfAllKinds(t *testing.T) []byte {
	t.Helper()
	item := func(class, subject string, more ...psttest.Prop) *psttest.Message {
		m := psttest.Mail(subject, "Ann <ann@example.org>", "Bob <bob@example.org>", "text of "+subject+"\r\n", psttest.Str(mapi.MessageClass, class))
		return m.With(more...)
	}
	noon := time.Date(2024, 3, 5, 12, 0, 0, 0, time.UTC)
	named := func(set mapi.GUID, lid uint32, typ mapi.PropType, v any) psttest.Prop {
		return psttest.Named(mapi.Name{Set: set, LID: lid}, typ, v)
	}
	b, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{
		{Name: "Inbox", Messages: []*psttest.Message{item("IPM.Note", "mail"), item("IPM.Unheard.Of", "strange"), item("IPM.Conflict.Resolution.Message", "copy")}},
		{Name: "Notes", Messages: []*psttest.Message{item("IPM.StickyNote", "sticky")}},
		{Name: "Contacts", Messages: []*psttest.Message{item("IPM.Contact", "contact")}},
		{Name: "Calendar", Messages: []*psttest.Message{item("IPM.Appointment", "event",
			named(mapi.PSetAppointment, 0x820D, mapi.TypeTime, noon), named(mapi.PSetAppointment, 0x820E, mapi.TypeTime, noon.Add(time.Hour)))}},
		{Name: "Tasks", Messages: []*psttest.Message{item("IPM.Task", "task", named(mapi.PSetTask, 0x8101, mapi.TypeInt32, 1))}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// withTrash is a data file with deleted mail and junk, and more in its inbox.
func withTrash(t *testing.T, more ...string) []byte {
	t.Helper()
	mail := func(subject string) []*psttest.Message {
		return []*psttest.Message{psttest.Mail(subject, "Ann <ann@example.org>", "Bob <bob@example.org>", "text of "+subject+"\r\n")}
	}
	inbox := mail("kept")
	for _, subject := range more {
		inbox = append(inbox, mail(subject)...)
	}
	b, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{
		{Name: "Inbox", Messages: inbox},
		{Name: "Deleted Items", Role: psttest.RoleTrash, Messages: mail("deleted"), Folders: []psttest.Folder{{Name: "Old", Messages: mail("long deleted")}}},
		{Name: "Junk E-mail", Messages: mail("spam")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// unchanged notes a data file and gives the check that no command wrote to it.
func unchanged(t testing.TB, path string) func() {
	note := func() (time.Time, [32]byte) {
		st, err := os.Stat(path)
		if err != nil {
			t.Error(err)
			return time.Time{}, [32]byte{}
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		return st.ModTime(), sha256.Sum256(b)
	}
	when, sum := note()
	return func() {
		if w, s := note(); !w.Equal(when) || s != sum {
			t.Errorf("a command changed %s", filepath.Base(path))
		}
	}
}

func cmdUnchanged(ts *testscript.TestScript, _ bool, args []string) {
	t := &complaints{TB: hostOf(ts).t}
	same := unchanged(t, ts.Getenv("DEMO"))
	ts.Check(ts.Exec(args[0], args[1:]...))
	if same(); len(t.list) > 0 {
		ts.Fatalf("%s: %s", strings.Join(args[:2], " "), strings.Join(t.list, "; "))
	}
}

// complaints keeps what a check says, for the script to end with.
type complaints struct {
	testing.TB
	list []string
}

func (c *complaints) Error(args ...any) { c.list = append(c.list, fmt.Sprint(args...)) }
func (c *complaints) Errorf(format string, args ...any) {
	c.list = append(c.list, fmt.Sprintf(format, args...))
}

// scriptT lets a helper that wants a testing.TB end a script.
type scriptT struct {
	testing.TB
	ts *testscript.TestScript
}

func (s scriptT) Fatalf(format string, args ...any) { s.ts.Fatalf(format, args...) }
func (s scriptT) Fatal(args ...any)                 { s.ts.Fatalf("%s", fmt.Sprint(args...)) }
func (s scriptT) Cleanup(f func())                  { s.ts.Defer(f) }
func (s scriptT) Failed() bool                      { return false }

// host is what a script has running.
type host struct {
	t      *testing.T
	server *imaptest.Server
	net    *accounttest.Net
	oauth  *accounttest.OAuth
}

const hostKey = "host"

func hostOf(ts *testscript.TestScript) *host { return ts.Value(hostKey).(*host) }

func client(ts *testscript.TestScript) *imaptest.Client {
	h := hostOf(ts)
	return h.server.Client(scriptT{h.t, ts})
}

func cmdServer(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: server memory|dovecot [option...]")
	}
	h := hostOf(ts)
	tb := scriptT{h.t, ts}
	if args[0] == "memory" {
		h.server = imaptest.Memory(tb)
	} else {
		h.server = imaptest.Dovecot(tb, dovecotOptions(ts, args[1:])...)
	}
	s := h.server
	ts.Setenv("HOST", s.Host)
	ts.Setenv("PORT", strconv.Itoa(s.Port))
	ts.Setenv("TLSPORT", strconv.Itoa(s.TLSPort))
	ts.Setenv("CAFILE", s.CAFile)
	ts.Setenv("MAILUSER", s.User)
	ts.Check(os.WriteFile(ts.MkAbs("pass"), []byte(s.Password+"\n"), 0o600))
}

func cmdFake(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: fake FILE")
	}
	steps := strings.Split(strings.TrimSpace(ts.ReadFile(args[0])), "\n")
	f := imaptest.Script(scriptT{hostOf(ts).t, ts}, steps...)
	ts.Setenv("HOST", f.Host)
	ts.Setenv("PORT", strconv.Itoa(f.Port))
}

func dovecotOptions(ts *testscript.TestScript, args []string) []imaptest.Option {
	var opts []imaptest.Option
	for _, a := range args {
		switch a {
		case "maildir":
			opts = append(opts, imaptest.Maildir())
		case "namespace":
			opts = append(opts, imaptest.Namespace("INBOX.", "."))
		case "mechanisms":
			opts = append(opts, imaptest.Config("auth_mechanisms = plain login cram-md5 scram-sha-256"))
		case "tokens":
			opts = append(opts, takesTokens(ts))
		case "quota":
			opts = append(opts, imaptest.Quota("40k", "1M"))
		case "limit":
			opts = append(opts, imaptest.Quota("100M", "5k"))
		default:
			ts.Fatalf("unknown server option %q", a)
		}
	}
	return opts
}

func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s\n%s\n%s", code, args[0], ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

func cmdOneline(ts *testscript.TestScript, _ bool, _ []string) {
	text := strings.TrimSpace(ts.ReadFile("stderr"))
	lines := strings.Split(text, "\n")
	ok := len(lines) <= 2 && strings.HasPrefix(lines[0], "pst2imap: ") && !strings.Contains(text, "goroutine ")
	if len(lines) == 2 {
		ok = ok && strings.HasPrefix(lines[1], "hint: ")
	}
	if !ok {
		ts.Fatalf("not one line and a hint:\n%s", text)
	}
}

func cmdField(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: field FILE PATH VALUE")
	}
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &v))
	for _, key := range strings.Split(args[1], ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(x) {
				ts.Fatalf("%s: no element %q", args[1], key)
			}
			v = x[i]
		default:
			v = nil
		}
	}
	if got := fmt.Sprint(v); (got == args[2]) == neg {
		ts.Fatalf("%s is %v, want %s", args[1], v, args[2])
	}
}

func cmdCount(ts *testscript.TestScript, _ bool, args []string) {
	c := client(ts)
	n := 0
	if args[0] == "*" {
		for _, m := range c.Mailboxes() {
			n += c.Count(m)
		}
	} else {
		n = c.Count(args[0])
	}
	if strconv.Itoa(n) != args[1] {
		ts.Fatalf("%d messages in %s, want %s", n, args[0], args[1])
	}
}

func cmdMailbox(ts *testscript.TestScript, neg bool, args []string) {
	if names := client(ts).Mailboxes(); slices.Contains(names, args[0]) == neg {
		ts.Fatalf("the mailboxes are %q", names)
	}
}

func cmdIMAP(ts *testscript.TestScript, _ bool, args []string) {
	c := client(ts)
	for _, command := range args {
		ts.Logf("%s", strings.Join(c.Do(command), "\n"))
	}
}

func cmdJoin(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(ts.ReadFile(args[0])+ts.ReadFile(args[1])), 0o600))
}

// tree lists the files of a folder with their times and what is in them.
func tree(ts *testscript.TestScript, dir string) map[string]string {
	out := map[string]string{}
	ts.Check(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		when := ""
		if strings.HasSuffix(path, ".eml") { // other files have that of the run
			when = info.ModTime().UTC().String()
		}
		name, err := filepath.Rel(dir, path)
		out[name] = fmt.Sprintf("%x %s", sha256.Sum256(b), when)
		return err
	}))
	return out
}

func cmdIdentical(ts *testscript.TestScript, _ bool, args []string) {
	a, b := tree(ts, ts.MkAbs(args[0])), tree(ts, ts.MkAbs(args[1]))
	for name, is := range a {
		if b[name] != is {
			ts.Fatalf("%s is not the same", name)
		}
	}
	if least, err := strconv.Atoi(args[2]); err != nil || len(a) < least || len(a) != len(b) {
		ts.Fatalf("%d and %d files", len(a), len(b))
	}
}

// cmdHides unpacks a bundle and looks for texts that it must not have.
func cmdHides(ts *testscript.TestScript, _ bool, args []string) {
	z, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	defer z.Close()
	if len(z.File) < 5 {
		ts.Fatalf("only %d files in %s", len(z.File), args[0])
	}
	for _, f := range z.File {
		r, err := f.Open()
		ts.Check(err)
		b, err := io.ReadAll(r)
		ts.Check(err)
		for _, text := range args[1:] {
			if strings.Contains(strings.ToLower(string(b)), strings.ToLower(text)) {
				ts.Fatalf("%s has %q", f.Name, text)
			}
		}
	}
}

func cmdHidesFile(ts *testscript.TestScript, neg bool, args []string) {
	lines := strings.Split(strings.TrimSpace(ts.ReadFile(args[1])), "\n")
	cmdHides(ts, neg, append(args[:1:1], lines...))
}
