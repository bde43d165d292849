package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSizes(t *testing.T) {
	for s, want := range map[string]int64{"5": 5, "20GB": 20_000_000_000, "1.5KiB": 1536, "10 MB": 10_000_000, "2GiB": 2 << 30} {
		if got, err := parseSize(s); err != nil || got != want {
			t.Errorf("%q: %d, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "GB", "-1KB", "0", "1TB", "nan", "1e30GB", "Inf"} {
		if got, err := parseSize(s); err == nil {
			t.Errorf("%q was taken for %d", s, got)
		}
	}
}

func TestWritesTheSameFileTwice(t *testing.T) {
	dir := t.TempDir()
	var files [2][]byte
	for i, name := range []string{filepath.Join(dir, "a.pst"), filepath.Join(dir, "b.pst")} {
		if err := run([]string{"--size", "2MB", "--messages", "20", "--encryption", "none", "--seed", "3", name}, os.Stderr); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[i] = b
	}
	if len(files[0]) < 1_500_000 || !bytes.Equal(files[0], files[1]) {
		t.Errorf("files of %d and %d bytes are not the same", len(files[0]), len(files[1]))
	}
}

func TestRefusals(t *testing.T) {
	existing := filepath.Join(t.TempDir(), "x.pst")
	if err := os.WriteFile(existing, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(t.TempDir(), "y.pst")
	for _, c := range []struct{ args, want string }{
		{"", "name one file"},
		{"--size 1TB " + fresh, "is no size"},
		{"--encryption high " + fresh, "unknown encryption"},
		{"--size 1MB --messages 100000 " + fresh, "do not fit"},
		{existing, "exists"},
	} {
		err := run(strings.Fields(c.args), &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.args, err, c.want)
		}
	}
	if _, err := os.Stat(fresh); !os.IsNotExist(err) {
		t.Errorf("a file that could not be completed is left: %v", err)
	}
	if b, err := os.ReadFile(existing); err != nil || string(b) != "mine" {
		t.Errorf("the existing file has %q, %v", b, err)
	}
}
