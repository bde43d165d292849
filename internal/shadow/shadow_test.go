package shadow

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// The test program plays the other processes too.
const (
	roleVariable = "TEST_SHADOW"      // server or client
	logVariable  = "TEST_SHADOW_LOG"  // where the fake system writes down what it does
	failVariable = "TEST_SHADOW_FAIL" // create, remove or die
)

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "server":
		if Serve(os.Stdin, os.Stdout, fake{}) != nil {
			os.Exit(1)
		}
	case "client": // makes a shadow copy and waits to be killed
		s := fakeSet("")
		if _, err := s.Path(context.Background(), `C:\a.pst`); err != nil {
			os.Exit(1)
		}
		_, _ = os.Stdout.WriteString("ready\n") // the test sees when it does not come
		select {}
	default:
		os.Exit(m.Run())
	}
}

const (
	testID     = "{01234567-89ab-CDEF-0123-456789abcdef}"
	testDevice = `\\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy7`
)

// fake is a system that writes down what it is asked for.
type fake struct{}

func (fake) Create(volume string) (Copy, error) {
	switch os.Getenv(failVariable) {
	case "create":
		return Copy{}, refusal("6")
	case "die":
		os.Exit(3)
	}
	return Copy{testID, testDevice}, note("create " + volume + os.Getenv("PST2IMAP_PASSWORD"))
}

func (fake) Remove(id string) error {
	if os.Getenv(failVariable) == "remove" {
		return errors.New("busy")
	}
	return note("remove " + id)
}

func note(line string) error {
	f, err := os.OpenFile(os.Getenv(logVariable), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(line + "\n")
	return errors.Join(err, f.Close())
}

func fakeSet(fail string) *Set {
	return &Set{
		Command: func() (*exec.Cmd, error) {
			self, err := os.Executable()
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), roleVariable+"=server", failVariable+"="+fail)
			return cmd, err
		},
		Locate: func(file string) (string, string, error) {
			return split(file, file[:3], func(string) (string, error) { return "", errors.New("not mounted") })
		},
	}
}

// logged starts a log and gives what is in it.
func logged(t *testing.T) func() string {
	t.Helper()
	path := t.TempDir() + "/log"
	t.Setenv(logVariable, path)
	return func() string {
		b, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		return string(b)
	}
}

func TestSet(t *testing.T) {
	log := logged(t)
	s := fakeSet("")
	for file, want := range map[string]string{
		`C:\Users\Ann\a.pst`: testDevice + `\Users\Ann\a.pst`,
		`c:\b.pst`:           testDevice + `\b.pst`,
		`D:\c.pst`:           testDevice + `\c.pst`,
	} {
		if got, err := s.Path(context.Background(), file); err != nil || got != want {
			t.Errorf("%s: %q, %v", file, got, err)
		}
	}
	if _, err := s.Path(context.Background(), `\\server\share\x.pst`); !errors.Is(err, ErrNotLocal) {
		t.Errorf("a file of another computer: %v", err)
	}
	if got := log(); strings.Count(got, "create ") != 2 || strings.Contains(got, "remove") {
		t.Errorf("before the end:\n%s", got)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if got := log(); strings.Count(got, "remove "+testID) != 2 {
		t.Errorf("at the end:\n%s", got)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}

// However the program ends, nothing stays.
func TestRemovedAfterKill(t *testing.T) {
	log := logged(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"=client")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make([]byte, 6)
	if _, err := out.Read(ready); err != nil || string(ready) != "ready\n" {
		t.Fatalf("%q, %v", ready, err)
	}
	if got := log(); got != "create C:\\\n" {
		t.Fatalf("before:\n%s", got)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	for end := time.Now().Add(30 * time.Second); !strings.Contains(log(), "remove "+testID); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the shadow copy stays:\n%s", log())
		}
	}
}

func TestFailures(t *testing.T) {
	for fail, want := range map[string]string{
		"create": `no shadow copy of C:\ could be made: there is not enough room for it on the drive`,
		"die":    `no shadow copy of C:\ could be made: the process that was to make it has ended`,
		"remove": "the shadow copy " + testID + " could not be removed (busy); as administrator: vssadmin delete shadows /shadow=" + testID,
	} {
		_ = logged(t)
		s := fakeSet(fail)
		_, err := s.Path(context.Background(), `C:\a.pst`)
		if err == nil {
			err = s.Close()
		}
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v", fail, err)
		}
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := fakeSet("").Path(ended, `C:\a.pst`); !errors.Is(err, context.Canceled) {
		t.Errorf("after an interruption: %v", err)
	}
}

// No password goes to the second process by way of the environment.
func TestClean(t *testing.T) {
	env := []string{"A=1", "PST2IMAP_PASSWORD=x", "Pst2Imap_OAuth_Token=y", "B=PST2IMAP_"}
	if got := clean(env); !slices.Equal(got, []string{"A=1", "B=PST2IMAP_"}) || len(env) != 4 {
		t.Errorf("%q of %q", got, env)
	}
	log := logged(t)
	t.Setenv("PST2IMAP_PASSWORD", "planted")
	s := fakeSet("")
	if _, err := s.Path(context.Background(), `C:\a.pst`); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil || strings.Contains(log(), "planted") || !strings.Contains(log(), "remove ") {
		t.Errorf("%v, log\n%s", err, log())
	}
}

func TestServeWithoutVolume(t *testing.T) {
	var out bytes.Buffer
	if err := Serve(strings.NewReader(""), &out, fake{}); err == nil || out.String() != "failed no volume was named\n" {
		t.Errorf("%v, %q", err, out.String())
	}
}

func TestWMI(t *testing.T) {
	var asked string
	says := func(answer string, err error) WMI {
		return WMI{Run: func(script string) (string, error) { asked = script; return answer, err }}
	}
	c, err := says("made "+testID+" "+testDevice+"\r\n", nil).Create(`C:\`)
	if err != nil || c != (Copy{testID, testDevice}) || !strings.Contains(asked, `Volume = 'C:\'`) {
		t.Errorf("%+v, %v, asked %s", c, err, asked)
	}
	guid := `\\?\Volume{01234567-89ab-cdef-0123-456789abcdef}\`
	if _, err := says("code 4\r\n", nil).Create(guid); err == nil || !strings.Contains(err.Error(), "NTFS") || !strings.Contains(asked, guid) {
		t.Errorf("%v, asked %s", err, asked)
	}
	for answer, want := range map[string]string{"code 99": "99", "": "not understood", "made x y": "not understood", "made " + testID + " C:\\": "not understood"} {
		if _, err := says(answer, nil).Create(`C:\`); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("answer %q: %v", answer, err)
		}
	}
	if _, err := says("", errors.New("no PowerShell")).Create(`C:\`); err == nil || err.Error() != "no PowerShell" {
		t.Errorf("no answer: %v", err)
	}
	if err := says("removed\r\n", nil).Remove(testID); err != nil || !strings.Contains(asked, "'ID = ''"+testID+"'''") {
		t.Errorf("%v, asked %s", err, asked)
	}
	if err := says("", nil).Remove(testID); err == nil {
		t.Error("silence counts as removed")
	}
	asked = ""
	for _, bad := range []string{"", "C:", `C:\x`, `C:\'; calc '`, `\\server\share\`} {
		if _, err := says("", nil).Create(bad); err == nil || asked != "" {
			t.Errorf("volume %q: %v, asked %s", bad, err, asked)
		}
	}
	if err := says("", nil).Remove("' or 1 = 1"); err == nil || asked != "" {
		t.Errorf("a shadow copy of any name: %v, asked %s", err, asked)
	}
}

func TestSplit(t *testing.T) {
	mounted := func(root string) (string, error) { return "volume of " + root, nil }
	for _, tt := range []struct{ path, root, volume, rest string }{
		{`\\?\C:\Users\Jörg\a b.pst`, `\\?\C:\`, `C:\`, `Users\Jörg\a b.pst`},
		{`\\?\d:\a.pst`, `D:\`, `D:\`, `a.pst`},
		{`\\?\C:\mount\a.pst`, `\\?\C:\mount\`, `volume of C:\mount\`, `a.pst`},
		{`\\?\C:\mount\x\a.pst`, `C:\mount`, `volume of C:\mount\`, `x\a.pst`},
		{`\\?\UNC\server\share\a.pst`, `\\?\UNC\server\share\`, "", ""},
		{`\\server\share\a.pst`, `\\server\share\`, "", ""},
		{`\\?\C:\a.pst`, `D:\`, "", ""},
	} {
		volume, rest, err := split(tt.path, tt.root, mounted)
		if volume != tt.volume || rest != tt.rest || (err == nil) != (tt.volume != "") {
			t.Errorf("%s: %q, %q, %v", tt.path, volume, rest, err)
		}
	}
}
