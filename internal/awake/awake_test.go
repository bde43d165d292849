//go:build linux

package awake

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// until waits for what another process does.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}

// The program that holds the computer awake runs until it is released, and gets
// nothing secret.
func TestHold(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	script := "#!/bin/sh\n(echo \"$@\"; env) >" + log + ".new; mv " + log + ".new " + log + "\ncat\necho ended >>" + log + "\n"
	if err := os.WriteFile(filepath.Join(dir, "systemd-inhibit"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	t.Setenv("PST2IMAP_PASSWORD", "secret-4711")
	release, err := Hold()
	if err != nil {
		t.Fatal(err)
	}
	said := func() string {
		b, _ := os.ReadFile(log) // not there yet
		return string(b)
	}
	until(t, "the program was not started", func() bool { return said() != "" })
	if text := said(); !strings.Contains(text, "--what=sleep:idle") || strings.Contains(text, "secret-4711") || strings.Contains(text, "ended") {
		t.Errorf("while held: %q", text)
	}
	release()
	release()
	if !strings.Contains(said(), "ended") {
		t.Error("it goes on after its release")
	}
}

// Without such a program the run goes on.
func TestHoldWithout(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	release, err := Hold()
	if err == nil {
		t.Error("no error")
	}
	release()
}
