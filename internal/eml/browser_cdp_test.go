//go:build browser

package eml

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

// browserFlags start a browser that shows what it is given and calls nobody: no
// first run, no updates, and no name but that of this machine can be resolved.
var browserFlags = []string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
	"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
	"--hide-scrollbars", "--remote-debugging-pipe", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"}

// browserTime bounds the whole life of a browser.
const browserTime = 3 * time.Minute

// browser is a page of a headless Chromium, told what to do over the pipe of its
// debugging protocol: messages in JSON, each with a NUL at its end.
type browser struct {
	t       *testing.T
	in      *os.File
	out     *bufio.Reader
	id      int
	session string
}

// newBrowser starts Chromium; it ends with the test.
func newBrowser(t *testing.T) *browser {
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
	cmd := exec.Command(path, append([]string{"--user-data-dir=" + t.TempDir()}, browserFlags...)...)
	cmd.ExtraFiles = []*os.File{childIn, childOut} // 3 and 4, as the protocol wants
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(browserTime, func() { _ = cmd.Process.Kill() })
	for _, f := range cmd.ExtraFiles {
		_ = f.Close() // the browser has them
	}
	b := &browser{t: t, in: in, out: bufio.NewReaderSize(out, 1<<20)}
	t.Cleanup(func() {
		_ = in.Close() // ends the browser
		_ = cmd.Wait() // it may have been killed
		timer.Stop()
		_ = out.Close()
	})
	var target struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	b.call("Page.enable", nil, nil)
	return b
}

// protocolMessage is one of the protocol, in either direction.
type protocolMessage struct {
	ID        int             `json:"id,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    any             `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// call sends a command and waits for its answer.
func (b *browser) call(method string, params, result any) {
	b.t.Helper()
	b.send(method, params)
	if err := b.until(func(m *protocolMessage) bool { return m.ID == b.id }, result); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
}

func (b *browser) send(method string, params any) {
	b.t.Helper()
	b.id++
	text, err := json.Marshal(protocolMessage{ID: b.id, SessionID: b.session, Method: method, Params: params})
	if err == nil {
		_, err = b.in.Write(append(text, 0))
	}
	if err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
}

// until reads messages up to the one that is waited for.
func (b *browser) until(done func(*protocolMessage) bool, result any) error {
	for {
		text, err := b.out.ReadBytes(0)
		if err != nil {
			return fmt.Errorf("the browser ended: %w", err)
		}
		var m protocolMessage
		if err := json.Unmarshal(text[:len(text)-1], &m); err != nil {
			return err
		}
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

// open shows a page and waits until everything in it is loaded.
func (b *browser) open(url string) {
	b.t.Helper()
	b.size(pageWidth, 200) // a page is at least as high as its window
	b.send("Page.navigate", map[string]any{"url": url})
	if err := b.until(func(m *protocolMessage) bool { return m.Method == "Page.loadEventFired" }, nil); err != nil {
		b.t.Fatalf("%s: %v", url, err)
	}
}

// evaluate runs an expression whose value is a string of JSON.
func (b *browser) evaluate(expression string, result any) {
	b.t.Helper()
	var out struct {
		Result           struct{ Value string }
		ExceptionDetails json.RawMessage
	}
	b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true}, &out)
	if err := json.Unmarshal([]byte(out.Result.Value), result); err != nil {
		b.t.Fatalf("%v: %.500s", err, out.ExceptionDetails)
	}
}

// pageWidth is that of the window, in pixels.
const pageWidth = 900

func (b *browser) size(width, height int) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// picture is the upper part of the page as a PNG.
func (b *browser) picture(height int) []byte {
	b.t.Helper()
	b.size(pageWidth, height)
	var out struct{ Data string }
	b.call("Page.captureScreenshot", map[string]any{"format": "png"}, &out)
	png, err := base64.StdEncoding.DecodeString(out.Data)
	if err != nil || !strings.HasPrefix(string(png), "\x89PNG") {
		b.t.Fatalf("no picture: %v", err)
	}
	return png
}
