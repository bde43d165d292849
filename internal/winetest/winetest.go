//go:build unix

package winetest

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

// PC is a Windows of the test's own.
type PC struct {
	// Home is the folder of the user on this machine, and WindowsHome what it is
	// called on the PC. Both lead to the same files.
	Home, WindowsHome string

	prefix string
	wine   string
}

const (
	program = `C:\Program Files\pst2imap.exe`
	waiter  = `C:\wait.exe`
	code    = `C:\code` // of the program that waiter waited for
)

// timeout is far more than anything here takes.
const timeout = 2 * time.Minute

// New sets up a PC with the program on it; both end with the test. The test is
// skipped where Wine is missing.
func New(t testing.TB) *PC {
	t.Helper()
	p := &PC{wine: testneed.Tool(t, "wine"), prefix: t.TempDir()}
	if err := os.Mkdir(filepath.Join(p.prefix, "drive_c"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.command("wineserver", "--kill").Run() // it may have ended by itself
		_ = p.command("wineserver", "--wait").Run() // likewise
	})
	p.must(t, p.command(p.wine, "wineboot", "--init"))
	p.must(t, p.command("wineserver", "--wait"))
	p.addRandom(t)
	p.build(t, program, "./cmd/pst2imap")
	p.build(t, waiter, "./internal/winetest/wait")
	p.makeHome(t)
	return p
}

// addRandom gives the PC bcryptprimitives.dll, which programs of Go need and Wine
// has since version 9 only. RtlGenRandom, which it leads to, takes the same
// arguments; SystemFunction036 is its name in the library.
func (p *PC) addRandom(t testing.TB) {
	t.Helper()
	const name = "bcryptprimitives.dll"
	dll := filepath.Join(p.prefix, "drive_c", "windows", "system32", name)
	if _, err := os.Stat(dll); err == nil {
		return
	}
	if err := os.WriteFile(dll, forwarder(name, "ProcessPrng", "ADVAPI32.SystemFunction036"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// build builds a package of the module for the PC.
func (p *PC) build(t testing.TB, to, name string) {
	t.Helper()
	cmd := exec.Command("go", "build", "-o", p.Unix(to), name)
	cmd.Dir = testneed.Root(t)
	cmd.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	p.must(t, cmd)
}

// makeHome gives the user folders of its own instead of links to those of
// whoever runs the test, and the PC no way to the rest of this machine.
func (p *PC) makeHome(t testing.TB) {
	t.Helper()
	users := filepath.Join(p.prefix, "drive_c", "users")
	out, err := p.command(p.wine, "cmd", "/c", "echo %USERPROFILE%").Output()
	if failed(err) {
		t.Fatal(err)
	}
	p.WindowsHome = strings.TrimSpace(string(out))
	p.Home = p.Unix(p.WindowsHome)
	links, err := filepath.Glob(filepath.Join(users, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(links, filepath.Join(p.prefix, "dosdevices", "z:")) {
		if info, err := os.Lstat(path); err != nil || info.Mode()&os.ModeSymlink == 0 {
			continue
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if filepath.Base(path) == "z:" {
			continue
		}
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// environment is that of a process on the PC; extra may overwrite it.
func (p *PC) environment(extra ...string) []string {
	return append([]string{
		"WINEPREFIX=" + p.prefix, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=",
		"HOME=" + p.prefix, "LC_ALL=C.UTF-8", "PATH=" + os.Getenv("PATH"),
	}, extra...)
}

func (p *PC) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = p.environment()
	cmd.Dir = filepath.Join(p.prefix, "drive_c")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

func (p *PC) must(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); failed(err) {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
}

// failed tells whether a process of Wine failed. One that was killed did not:
// Wine kills what ended for Windows half a second ago and is still a process
// here, which a busy machine brings about. What it was for shows that it ran.
func failed(err error) bool {
	var exit *exec.ExitError
	return err != nil && !(errors.As(err, &exit) && killed(exit.ProcessState))
}

func killed(state *os.ProcessState) bool {
	status, ok := state.Sys().(syscall.WaitStatus)
	return ok && status.Signal() == syscall.SIGKILL
}

// Windows is what a file on the PC's drive C is called there; path is below it
// on this machine.
func (p *PC) Windows(path string) string {
	rel, err := filepath.Rel(filepath.Join(p.prefix, "drive_c"), path)
	if err != nil || !filepath.IsLocal(rel) {
		return ""
	}
	return `C:\` + strings.ReplaceAll(rel, "/", `\`)
}

// Unix is a path of the PC's drive C on this machine.
func (p *PC) Unix(path string) string {
	return filepath.Join(p.prefix, "drive_c", filepath.FromSlash(strings.ReplaceAll(strings.TrimPrefix(path, `C:\`), `\`, "/")))
}

// Import merges an export of regedit into the registry.
func (p *PC) Import(t testing.TB, export []byte) {
	t.Helper()
	const name = `C:\profiles.reg`
	if err := os.WriteFile(p.Unix(name), export, 0o600); err != nil {
		t.Fatal(err)
	}
	p.must(t, p.command(p.wine, "regedit", "/S", name))
}

// Result is what a run of the program gave.
type Result struct {
	Code           int // -1: it was killed
	Stdout, Stderr string
}

// Run is a run of the program under way.
type Run struct {
	t           testing.TB
	cmd         *exec.Cmd
	out, errOut bytes.Buffer
	limit       *time.Timer
}

// Start starts the program with more variables in its environment. It is for
// runs that get killed: how one ends by itself is what [PC.Run] can tell.
func (p *PC) Start(t testing.TB, env []string, args ...string) *Run {
	t.Helper()
	return p.start(t, env, append([]string{program}, args...)...)
}

func (p *PC) start(t testing.TB, env []string, command ...string) *Run {
	t.Helper()
	r := &Run{t: t, cmd: p.command(p.wine, command...)}
	r.cmd.Env = p.environment(env...)
	r.cmd.Stdout, r.cmd.Stderr = &r.out, &r.errOut
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r.limit = time.AfterFunc(timeout, r.Kill)
	return r
}

// Kill ends the program at once, as the task manager does.
func (r *Run) Kill() {
	_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL) // it may have ended by itself
}

// Wait waits for the end. The code is -1 after a kill.
func (r *Run) Wait() Result {
	r.t.Helper()
	err := r.cmd.Wait()
	r.limit.Stop()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatalf("%v: %v", r.cmd.Args, err)
	}
	return Result{r.cmd.ProcessState.ExitCode(), r.out.String(), r.errOut.String()}
}

// Run runs the program and wants an exit code. The code is the one that another
// program of the PC gets from Windows: see failed for what Wine tells here.
func (p *PC) Run(t testing.TB, want int, env []string, args ...string) Result {
	t.Helper()
	if err := os.Remove(p.Unix(code)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	res := p.start(t, env, append([]string{waiter, code, program}, args...)...).Wait()
	b, err := os.ReadFile(p.Unix(code))
	if err == nil {
		res.Code, err = strconv.Atoi(string(b))
	}
	if err != nil || res.Code != want {
		t.Fatalf("%q: exit code %d, want %d, %v\n%s\n%s", args, res.Code, want, err, res.Stdout, res.Stderr)
	}
	return res
}
