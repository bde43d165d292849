package browsertest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

// flags start a browser that shows what it is given and calls nobody: no first run,
// no updates, and no name but that of this machine can be resolved.
var flags = []string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
	"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
	"--hide-scrollbars", "--remote-debugging-pipe", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"}

// life bounds the whole life of a browser.
const life = 3 * time.Minute

// Browser is one page of a Chromium. It is for one test at a time, see [Browser.For].
type Browser struct {
	t       testing.TB
	in      *os.File
	out     *bufio.Reader
	id      int
	session string

	// Complaints are what the console said and what failed on the page.
	Complaints []string
	// Requests are the addresses that were asked for, the page itself among them.
	Requests []string
}

// New starts Chromium; it ends with the test. Where there is none the test is
// skipped, see package testneed.
func New(t testing.TB) *Browser {
	t.Helper()
	path := testneed.Tool(t, "chromium")
	childIn, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, childOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, append([]string{"--user-data-dir=" + t.TempDir()}, flags...)...)
	cmd.ExtraFiles = []*os.File{childIn, childOut} // 3 and 4, as the protocol wants
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(life, func() { _ = cmd.Process.Kill() })
	for _, f := range cmd.ExtraFiles {
		_ = f.Close() // the browser has them
	}
	b := &Browser{t: t, in: in, out: bufio.NewReaderSize(out, 1<<20)}
	t.Cleanup(func() {
		_ = in.Close() // ends the browser
		_ = cmd.Wait() // it may have been killed
		timer.Stop()
		_ = out.Close()
	})
	var target struct{ TargetID string }
	b.Call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.Call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.Call(domain+".enable", nil, nil)
	}
	return b
}

// For lets another test use the browser, a subtest of the one that started it.
func (b *Browser) For(t testing.TB) *Browser {
	b.t = t
	return b
}

// message is one of the protocol, in either direction.
type message struct {
	ID        int             `json:"id,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    json.RawMessage `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// Call sends a command of the protocol and waits for its answer.
func (b *Browser) Call(method string, params, result any) {
	b.t.Helper()
	b.send(method, params)
	if err := b.until(func(m *message) bool { return m.ID == b.id }, result); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
}

func (b *Browser) send(method string, params any) {
	b.t.Helper()
	b.id++
	if params == nil {
		params = struct{}{}
	}
	p, err := json.Marshal(params)
	if err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	text, err := json.Marshal(message{ID: b.id, SessionID: b.session, Method: method, Params: p})
	if err == nil {
		_, err = b.in.Write(append(text, 0))
	}
	if err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
}

// until reads messages up to the one that is waited for. Each has a NUL at its end.
func (b *Browser) until(done func(*message) bool, result any) error {
	for {
		text, err := b.out.ReadBytes(0)
		if err != nil {
			return fmt.Errorf("the browser ended: %w", err)
		}
		var m message
		if err := json.Unmarshal(text[:len(text)-1], &m); err != nil {
			return err
		}
		b.note(&m)
		switch {
		case !done(&m):
		case m.Error != nil:
			return errors.New(m.Error.Message)
		case result != nil:
			return json.Unmarshal(m.Result, result)
		default:
			return nil
		}
	}
}

// note keeps what the page complains of and asks for.
func (b *Browser) note(m *message) {
	switch m.Method {
	case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
		b.Complaints = append(b.Complaints, fmt.Sprintf("%s: %.600s", m.Method, m.Params))
	case "Network.requestWillBeSent":
		var p struct{ Request struct{ URL string } }
		if json.Unmarshal(m.Params, &p) == nil {
			b.Requests = append(b.Requests, p.Request.URL)
		}
	}
}
