package browsertest

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Open shows a page and waits until everything in it is loaded. What was noted of
// the page before is forgotten.
func (b *Browser) Open(url string) {
	b.t.Helper()
	b.Complaints, b.Requests = nil, nil
	b.send("Page.navigate", map[string]any{"url": url})
	if err := b.until(func(m *message) bool { return m.Method == "Page.loadEventFired" }, nil); err != nil {
		b.t.Fatalf("%s: %v", url, err)
	}
}

// Evaluate runs an expression, or waits for what it promises, and reads its value
// as JSON.
func (b *Browser) Evaluate(expression string, result any) {
	b.t.Helper()
	var out struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	b.Call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &out)
	if out.ExceptionDetails != nil {
		b.t.Fatalf("%.100s: %.500s", expression, out.ExceptionDetails)
	}
	if result == nil {
		return
	}
	if err := json.Unmarshal(out.Result.Value, result); err != nil {
		b.t.Fatalf("%.100s: %v", expression, err)
	}
}

// Size makes the window so large, in pixels.
func (b *Browser) Size(width, height int) {
	b.t.Helper()
	b.Call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// Scheme is what the person prefers: "light" or "dark".
func (b *Browser) Scheme(scheme string) {
	b.t.Helper()
	b.Call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// Media is "screen" or "print".
func (b *Browser) Media(media string) {
	b.t.Helper()
	b.Call("Emulation.setEmulatedMedia", map[string]any{"media": media}, nil)
}

// Scripts turns scripts of pages that are opened next on or off.
func (b *Browser) Scripts(on bool) {
	b.t.Helper()
	b.Call("Emulation.setScriptExecutionDisabled", map[string]any{"value": !on}, nil)
}

// Picture is what the window shows, as a PNG.
func (b *Browser) Picture() []byte {
	b.t.Helper()
	var out struct{ Data string }
	b.Call("Page.captureScreenshot", map[string]any{"format": "png"}, &out)
	png, err := base64.StdEncoding.DecodeString(out.Data)
	if err != nil || !strings.HasPrefix(string(png), "\x89PNG") {
		b.t.Fatalf("no picture: %v", err)
	}
	return png
}

// ArtefactsVariable names the environment variable with the folder for pictures to
// look at.
const ArtefactsVariable = "PST2IMAP_ARTEFACTS"

// Keep writes a file to look at into the folder of the test run, below sub.
func Keep(t testing.TB, sub, name string, data []byte) {
	t.Helper()
	dir := os.Getenv(ArtefactsVariable)
	if dir == "" {
		dir = t.TempDir()
	}
	dir = filepath.Join(dir, sub)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}
