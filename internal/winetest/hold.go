//go:build unix

package winetest

import (
	"bufio"
	"testing"
)

// How a program may have a file open that others want to read.
const (
	Alone   = "alone"   // nobody else may open it
	Writing = "writing" // others may read it
)

// Hold lets another program have a file open, as Outlook does, until the test ends
// or the function that it returns is called.
func (p *PC) Hold(t testing.TB, how, path string) (release func()) {
	t.Helper()
	const program = `C:\hold.exe`
	p.build(t, program, "./internal/winetest/hold")
	cmd := p.command(p.wine, program, how, path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("%s is not opened: %q %v", path, line, err)
	}
	ended := false
	release = func() {
		if ended {
			return
		}
		ended = true
		_ = in.Close() // it may have ended by itself
		if err := cmd.Wait(); failed(err) {
			t.Error(err)
		}
	}
	t.Cleanup(release)
	return release
}
