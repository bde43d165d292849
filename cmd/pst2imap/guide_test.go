//go:build unix

package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pst2imap/pst2imap/internal/account/accounttest"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// updateScreens writes the recordings anew.
var updateScreens = os.Getenv("PST2IMAP_UPDATE_SCREENS") != ""

// terminal is a person's: 80 columns and 24 lines, in tmux.
type terminal struct {
	t      *testing.T
	tmux   string
	home   string
	socket string
	record strings.Builder

	answers int // that were typed
}

// homeLike is what recordings have for the home folder, of the same width.
const homeLike = "/home/anna/xx"

// newTerminal makes a home folder, whose name has the same width every time, so that
// lines break at the same places.
func newTerminal(t *testing.T) *terminal {
	t.Helper()
	x := &terminal{t: t, tmux: testneed.Tool(t, "tmux")}
	for {
		x.home = fmt.Sprintf("/tmp/p2i-%04d", rand.IntN(10000))
		if err := os.Mkdir(x.home, 0o700); err == nil {
			break
		} else if !os.IsExist(err) {
			t.Fatal(err)
		}
	}
	x.socket = filepath.Join(x.home, ".tmux")
	t.Cleanup(func() {
		_ = exec.Command(x.tmux, "-S", x.socket, "kill-server").Run() // it may have ended already
		os.RemoveAll(x.home)
	})
	return x
}

func (x *terminal) do(args ...string) string {
	x.t.Helper()
	out, err := exec.Command(x.tmux, append([]string{"-S", x.socket, "-f", "/dev/null"}, args...)...).CombinedOutput()
	if err != nil {
		x.t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// start runs the program; its exit code is said at the end.
func (x *terminal) start(env []string, args ...string) {
	x.t.Helper()
	shell := "trap : INT; cd " + x.home + "; pst2imap " + strings.Join(args, " ") + `; echo "exit code $?"; cat`
	env = append([]string{"HOME=" + x.home, "XDG_DATA_HOME=", "LANG=C.UTF-8", "PST2IMAP_PASSWORD=", "PST2IMAP_OAUTH_TOKEN=", "PATH=" + os.Getenv("PATH")}, env...)
	x.do(append([]string{"-u", "new-session", "-d", "-x", "80", "-y", "24", "env"}, append(env, "sh", "-c", shell)...)...)
}

// again runs the program once more in the same terminal.
func (x *terminal) again(env []string, args ...string) {
	x.t.Helper()
	x.do("kill-server")
	x.answers = 0
	x.socket += "2" // the old server may still be on its way out
	x.start(env, args...)
}

// screen is what the person sees.
func (x *terminal) screen() string { return x.do("capture-pane", "-p") }

// sees waits for a text on the last lines of the screen, then records the screen.
func (x *terminal) sees(text string) {
	x.t.Helper()
	fits := func(screen string) bool { return strings.Contains(strings.Join(strings.Fields(screen), " "), text) }
	var last string
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if last = x.screen(); fits(last) && x.waits(last) {
			// It may have become the person's turn after the first look; now the screen stays as it is.
			if last = x.screen(); fits(last) {
				break
			}
		}
		if time.Now().After(end) {
			x.t.Fatalf("the person never sees %q, but\n%s", text, last)
		}
	}
	x.keep(last)
}

// seesBefore is sees, and records some of what has gone up meanwhile too.
func (x *terminal) seesBefore(text string, lines int) {
	x.t.Helper()
	kept := x.record.Len()
	x.sees(text)
	all := x.record.String()
	x.record.Reset()
	x.record.WriteString(all[:kept])
	x.keep(x.do("capture-pane", "-p", "-S", strconv.Itoa(-lines)))
}

// keep records a screen. Empty lines at its end say nothing.
func (x *terminal) keep(screen string) {
	edge := strings.Repeat("=", 80)
	fmt.Fprintf(&x.record, "%s\n%s\n%s\n", edge, strings.TrimRight(x.mask(screen), "\n"), edge)
}

// waits tells whether it is the person's turn.
func (x *terminal) waits(screen string) bool {
	x.t.Helper()
	lines := strings.Split(strings.TrimRight(screen, "\n "), "\n")
	switch last := lines[len(lines)-1]; {
	case strings.HasPrefix(last, "exit code"):
		return true
	case last != ">":
		return false
	}
	// What was asked before is still on the screen until the answer has arrived.
	asked := 0
	for _, line := range strings.Split(x.do("capture-pane", "-p", "-S", "-"), "\n") {
		if strings.HasPrefix(line, ">") {
			asked++
		}
	}
	return asked == x.answers+1
}

// types answers. What is secret is not recorded.
func (x *terminal) types(text, shown string) {
	x.t.Helper()
	fmt.Fprintf(&x.record, "\n    types: %s\n\n", shown)
	if text != "" {
		x.do("send-keys", "-l", text)
	}
	x.do("send-keys", "Enter")
	x.answers++
}

var varies = []struct{ find, with string }{
	{`20\d\d-\d\d-\d\d \d\d:\d\d UTC`, "2026-11-30 12:00 UTC"},
	{`(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d+ \w+ 20\d\d`, "Monday, 7 December 2026"},
	{`There are [\d.,]+ [KMGT]?i?B free`, "There are 123 GiB free"},
}

// mask replaces what is different each time.
func (x *terminal) mask(screen string) string {
	// The terminal may have broken a line in it.
	find := strings.Join(strings.Split(regexp.QuoteMeta(x.home), ""), `\n?`)
	screen = regexp.MustCompile(find).ReplaceAllStringFunc(screen, func(found string) string {
		i := strings.IndexByte(found, '\n')
		if i < 0 {
			return homeLike
		}
		return homeLike[:i] + "\n" + homeLike[i:]
	})
	for _, v := range varies {
		screen = regexp.MustCompile(v.find).ReplaceAllString(screen, v.with)
	}
	lines := strings.Split(screen, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// same compares what was recorded with what was recorded before.
func (x *terminal) same(name string) {
	x.t.Helper()
	path := filepath.Join("testdata", "screens", name)
	if updateScreens {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			x.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(x.record.String()), 0o600); err != nil {
			x.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		x.t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(x.record.String(), "\n")); diff != "" {
		x.t.Errorf("the screens are others (- before, + now; PST2IMAP_UPDATE_SCREENS=1 takes them over):\n%s", diff)
	}
}

// isIn tells whether a page of the documentation shows what was recorded.
func (x *terminal) isIn(page string) {
	x.t.Helper()
	b, err := os.ReadFile(filepath.Join(testneed.Root(x.t), page))
	if err != nil {
		x.t.Fatal(err)
	}
	text := strings.Trim(x.record.String(), "=\n")
	if !strings.Contains(string(b), "\n"+text+"\n") {
		x.t.Errorf("%s shows other screens than these:\n%s", page, text)
	}
}

// put copies a file of the project into the home folder.
func (x *terminal) put(name string, content []byte) {
	x.t.Helper()
	path := filepath.Join(x.home, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		x.t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		x.t.Fatal(err)
	}
}

// office is a provider: a real server under the name that its customers know.
func office(t *testing.T, x *terminal) (s *imaptest.Server, env []string) {
	t.Helper()
	s = imaptest.Dovecot(t)
	internet := accounttest.New(t, "mail.example.org")
	internet.Protect("mail.example.org", 993, net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
	x.put("net.pem", internet.CertPEM)
	demo, err := os.ReadFile(filepath.Join(testneed.Root(t), "testdata", "demo.pst"))
	if err != nil {
		t.Fatal(err)
	}
	x.put("Documents/Outlook Files/anna@example.org.pst", demo)
	return s, []string{netVariable + "=" + internet.Map().JSON()}
}

// From the first screen to the verdict, with a wrong server and a wrong password on the way.
func TestGuide(t *testing.T) {
	t.Parallel()
	x := newTerminal(t)
	s, env := office(t, x)
	x.start(env, "guide", "--no-lookup", "--ca-file", "net.pem")
	x.sees("Is Outlook closed?")
	x.types("yes", "yes")
	x.sees("Is this the file?")
	x.types("", "(Enter)")
	x.sees("Whose mail is it?")
	x.types("anna@firma.example", "anna@firma.example")
	x.sees("What is the name of the mail server?")
	x.types("imap.exmaple.org", "imap.exmaple.org")
	x.sees("There is no server of this name.")
	x.types("mail.example.org", "mail.example.org")
	x.sees("mail.example.org answers. What is the password of")
	x.types("not-the-password", "(a wrong password)")
	x.sees("What do you want to do?")
	x.types("3", "3")
	x.sees("With which name do you sign in?")
	x.types(s.User, s.User)
	x.sees("What is the password of")
	x.types(s.Password, "(the password)")
	x.sees("in Deleted Items?")
	x.types("", "(Enter)")
	x.sees("Where should the backup go?")
	x.types("", "(Enter)")
	x.sees("Is POP switched off everywhere?")
	x.types("no", "no")
	x.sees("Do you want to go on when it is done?")
	x.types("yes", "yes")
	x.sees("Is POP switched off everywhere?")
	x.types("yes", "yes")
	x.sees("Start now?")
	x.types("yes", "yes")
	x.seesBefore("Do you want to see the report in your browser?", 10)
	x.types("no", "no")
	x.sees("exit code 0")
	x.same("guide.txt")
	n := 0
	c := s.Client(t)
	for _, m := range c.Mailboxes() {
		n += c.Count(m)
	}
	if n != 38 || c.Count("Deleted Items (Outlook)") != 2 {
		t.Errorf("%d messages on the server", n)
	}
	x.hides(s.Password, "not-the-password")
}

// hides looks for secrets on the screen, above it, and in every file that was written.
func (x *terminal) hides(secrets ...string) {
	x.t.Helper()
	files := 0
	look := func(where, text string) {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				x.t.Errorf("%s has a password", where)
			}
		}
	}
	look("the terminal", x.do("capture-pane", "-p", "-S", "-"))
	err := filepath.WalkDir(x.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		look(path, string(b))
		return err
	})
	if err != nil || files < 8 {
		x.t.Errorf("%d files, %v", files, err)
	}
}

// Who knows nothing but address and password presses Enter; and the next time checks
// that everything is still there.
func TestGuideAgain(t *testing.T) {
	t.Parallel()
	x := newTerminal(t)
	s, env := office(t, x)
	x.start(env, "guide", "--no-lookup", "--ca-file", "net.pem")
	for _, step := range []struct{ sees, types string }{
		{"Is Outlook closed?", "y"}, {"Is this the file?", "yes"}, {"Whose mail is it?", ""}, {"What is the password of", s.Password},
		{"in Deleted Items?", "2"}, {"Where should the backup go?", "Safe place"}, {"Is POP switched off everywhere?", "yes"}, {"Start now?", "yes"},
		{"Do you want to see the report in your browser?", "no"},
	} {
		x.sees(step.sees)
		x.types(step.types, strings.ReplaceAll(step.types, s.Password, "(the password)"))
	}
	x.sees("exit code 0")
	x.record.Reset()
	x.keep(x.do("capture-pane", "-p", "-S", "-"))
	x.same("first.txt")
	x.isIn("docs/first-run.md")
	x.record.Reset()
	x.again(env, "guide", "--no-lookup", "--ca-file", "net.pem")
	x.sees("What do you want to do?")
	x.types("1", "1")
	x.sees("What is the password of")
	x.types(s.Password, "(the password)")
	x.seesBefore("exit code 0", 10)
	x.same("again.txt")
	if _, err := os.Stat(filepath.Join(x.home, "Safe place", "anna@example.org.pst")); err != nil {
		t.Error(err)
	}
}

// Without colour, and on terminals that know no escape sequences, there are none; and
// who stops at a question gets the terminal back.
func TestGuideWithoutColour(t *testing.T) {
	t.Parallel()
	for name, env := range map[string][]string{"NO_COLOR": {"NO_COLOR=1"}, "dumb": {"TERM=dumb"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newTerminal(t)
			_, more := office(t, x)
			raw := filepath.Join(x.home, "raw")
			x.start(append(env, more...), "guide", "--no-lookup", "--ca-file", "net.pem", "--host", "mail.example.org", "--user", "anna@example.org")
			x.do("pipe-pane", "-o", "cat >"+raw)
			x.sees("Is Outlook closed?")
			x.types("yes", "yes")
			x.sees("Is this the file?")
			x.types("", "")
			x.sees("What is the password of")
			x.do("send-keys", "C-c")
			x.sees("exit code 6")
			if screen := x.screen(); !strings.Contains(screen, "pst2imap: interrupted") || strings.Contains(screen, "goroutine") {
				t.Errorf("the person sees\n%s", screen)
			}
			x.do("send-keys", "-l", "is seen")
			x.do("send-keys", "Enter")
			for end := time.Now().Add(20 * time.Second); !strings.Contains(x.screen(), "is seen"); time.Sleep(20 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatal("what is typed afterwards is not shown")
				}
			}
			b, err := os.ReadFile(raw)
			if err != nil || len(b) == 0 || strings.ContainsRune(string(b), 0x1b) {
				t.Errorf("%v: %q", err, b)
			}
		})
	}
}
