package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// A password is what the person wrote, in whatever way the editor writes files.
func TestReadSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	for in, want := range map[string]string{
		"geheim\n": "geheim", "geheim": "geheim", "geheim\r\nmore\r\n": "geheim", " trailing blank \n": " trailing blank ", "own\r\r\n": "own\r",
		"\ufeffgehöm\n": "gehöm", "\xff\xfeg\x00\xf6\x00\r\x00\n\x00": "gö", "latin\xf6\n": "latin\xf6", "\t\n": "\t",
		"": "", "\r\n": "", "\nsecond\n": "", strings.Repeat("x", maxSecret+1): "",
	} {
		if err := os.WriteFile(path, []byte(in), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := readSecret(path, "hint")
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%.40q gives %q, %v", in, got, err)
		}
		var f *failure
		if err != nil && (!errors.As(err, &f) || f.code != exitNoInput || f.hint != "hint") {
			t.Errorf("%.40q: %#v", in, err)
		}
	}
}

// Whoever renews the token while a run goes on only has to write the file.
func TestTokenFileIsReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	var cfg imapconn.Config
	for i, want := range []string{"first", "second"} {
		if err := os.WriteFile(path, []byte(want+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if err := tokenFromFile(&ui{err: io.Discard}, &cfg, path); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := cfg.Token(); got != want || err != nil {
			t.Errorf("token is %q, %v", got, err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	var f *failure
	if _, err := cfg.Token(); !errors.As(err, &f) || f.code != exitNoInput {
		t.Errorf("got %v", err)
	}
}

func TestWarnReadable(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // there are no such permissions
	}
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, warns := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o640: true, 0o604: true} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		warnReadable(&ui{err: &out}, path)
		if (out.Len() > 0) != warns || strings.Count(out.String(), "\n") > 1 {
			t.Errorf("mode %o: %q", mode, out.String())
		}
	}
}

// Each text is shown once, however many connections hear it.
func TestAlertsAreShownOnce(t *testing.T) {
	var out strings.Builder
	show := alerts(&ui{err: &out})
	for _, text := range []string{"nearly full", "nearly full", "down at nine\x1b[2J"} {
		show(text)
	}
	if want := "the server says: nearly full\nthe server says: down at nine [2J\n"; out.String() != want {
		t.Errorf("%q", out.String())
	}
}
