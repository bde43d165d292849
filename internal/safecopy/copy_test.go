package safecopy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// dataFile writes a file of n bytes that no other seed gives.
func dataFile(t *testing.T, path string, n int, seed byte) []byte {
	t.Helper()
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b) // it has no errors
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	when := time.Date(2024, 5, 6, 7, 8, 9, 123456789, time.UTC)
	if err := os.Chtimes(path, when, when); err != nil {
		t.Fatal(err)
	}
	return b
}

// listener keeps what was told.
type listener struct {
	notes    []string
	progress []event.Progress
}

func (l *listener) Note(n event.Note)         { l.notes = append(l.notes, n.Text) }
func (l *listener) Progress(p event.Progress) { l.progress = append(l.progress, p) }

// said tells whether one of the notes has a text.
func (l *listener) said(text string) bool { return strings.Contains(strings.Join(l.notes, "\n"), text) }

func copied(t *testing.T, o Options) *Result {
	t.Helper()
	r, err := Copy(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// holds makes sure that a file of a folder has these bytes.
func holds(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s: %d bytes, %v; want %d", filepath.Base(path), len(got), err, len(want))
	}
}

// names are those of the files in a folder.
func names(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range list {
		if e.Name() != lockName {
			all = append(all, e.Name())
		}
	}
	return strings.Join(all, " ")
}

func TestCopy(t *testing.T) {
	dir := t.TempDir()
	a, b, c := filepath.Join(dir, "x", "mail.pst"), filepath.Join(dir, "y", "MAIL.PST"), filepath.Join(dir, "y", "empty.pst")
	to := filepath.Join(dir, "to", "here")
	inA, inB := dataFile(t, a, 3*blockSize+17, 1), dataFile(t, b, blockSize, 2)
	dataFile(t, c, 0, 3)
	var l listener
	r := copied(t, Options{Files: []string{a, b, c}, Dir: to, Version: "1.2", Listener: &l})

	holds(t, filepath.Join(to, "mail.pst"), inA)
	holds(t, filepath.Join(to, "MAIL (2).PST"), inB)
	holds(t, filepath.Join(to, "empty.pst"), nil)
	if got := names(t, to); got != "MAIL (2).PST SHA256SUMS empty.pst mail.pst manifest.json" {
		t.Errorf("the folder has %s", got)
	}
	sum := sha256.Sum256(inA)
	e := r.Files[0].Entry
	if e.SHA256 != hex.EncodeToString(sum[:]) || e.Size != int64(len(inA)) || e.Source.Path != canonical(a) || e.Version != "1.2" || e.Verified.IsZero() {
		t.Errorf("entry %+v", e)
	}
	if st, err := os.Stat(r.Files[0].Path); err != nil || !st.ModTime().Equal(e.Source.Modified) {
		t.Errorf("the copy does not have the time of the file: %v", err)
	}
	if !l.said("on the same drive") {
		t.Errorf("notes %q", l.notes)
	}
	last := l.progress[len(l.progress)-1]
	if last.Stage != event.StageReadBack || last.Bytes != last.TotalBytes || last.TotalBytes != int64(len(inA)+len(inB)) {
		t.Errorf("the last that was told is %+v", last)
	}
	s, err := StateOf(a)
	if err != nil {
		t.Fatal(err)
	}
	path, _, ok, err := Verified(to, s)
	if err != nil || !ok || path != filepath.Join(to, "mail.pst") {
		t.Errorf("Verified: %q %v %v", path, ok, err)
	}
	s.Modified = s.Modified.Add(time.Nanosecond)
	if _, _, ok, err := Verified(to, s); ok || err != nil {
		t.Errorf("a later state counts as verified: %v", err)
	}
}

// Another program finds the checksums right.
func TestSums(t *testing.T) {
	tool := testneed.Tool(t, "sha256sum")
	dir := t.TempDir()
	to := filepath.Join(dir, "to")
	var files []string
	for i, name := range []string{"mail.pst", "M\u00fcll \\ & *.pst", "two\nlines.pst", "*", "trailing.pst. "} {
		files = append(files, filepath.Join(dir, "x", name))
		dataFile(t, files[i], 100*i, byte(i))
	}
	copied(t, Options{Files: files, Dir: to})
	cmd := exec.Command(tool, "--strict", "-c", SumsName)
	cmd.Dir = to
	if out, err := cmd.CombinedOutput(); err != nil || strings.Count(string(out), ": OK") != len(files) {
		t.Errorf("%v\n%s", err, out)
	}
}

// A second run reads what is there; a file that has changed gets a second copy, and
// the first one stays.
func TestCopyAgain(t *testing.T) {
	dir := t.TempDir()
	file, to := filepath.Join(dir, "x", "mail.pst"), filepath.Join(dir, "to")
	first := dataFile(t, file, 2*blockSize, 1)
	o := Options{Files: []string{file}, Dir: to}
	copied(t, o)
	if r := copied(t, o); !r.Files[0].Present || len(r.Manifest.Files) != 1 {
		t.Errorf("again: %+v", r.Files[0])
	}
	second := dataFile(t, file, 2*blockSize+1, 2)
	if r := copied(t, o); r.Files[0].Present || len(r.Manifest.Files) != 2 {
		t.Errorf("after a change: %+v", r.Files[0])
	}
	holds(t, filepath.Join(to, "mail.pst"), first)
	holds(t, filepath.Join(to, "mail (2).pst"), second)
}

// Older copies go only if that was asked for, only those of the same file, and only
// when there is a new one.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	file, other, to := filepath.Join(dir, "x", "mail.pst"), filepath.Join(dir, "y", "mail.pst"), filepath.Join(dir, "to")
	dataFile(t, file, blockSize, 1)
	dataFile(t, other, blockSize, 2)
	copied(t, Options{Files: []string{file, other}, Dir: to})
	in := dataFile(t, file, blockSize+1, 3)
	o := Options{Files: []string{file}, Dir: to, Replace: true, disk: &faulty{back: func(_ int64, b []byte) error { b[0] ^= 1; return nil }}}
	if _, err := Copy(context.Background(), o); err == nil {
		t.Fatal("a copy that is wrong counts")
	}
	if got := names(t, to); got != "SHA256SUMS mail (2).pst mail (3).pst.incomplete mail.pst manifest.json" {
		t.Errorf("without a new copy the folder has %s", got)
	}
	o.disk = nil
	r := copied(t, o)
	if got := names(t, to); got != "SHA256SUMS mail (2).pst mail (3).pst manifest.json" || len(r.Manifest.Files) != 2 {
		t.Errorf("the folder has %s, the manifest %+v", got, r.Manifest.Files)
	}
	holds(t, filepath.Join(to, "mail (3).pst"), in)
	if found, err := Check(context.Background(), to, nil); err != nil || len(found) != 2 || found[0].Condition != Right || found[1].Condition != Right {
		t.Errorf("a check finds %+v, %v", found, err)
	}
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "x", "sub", "mail.pst")
	dataFile(t, file, 10, 1)
	for _, to := range []string{filepath.Join(dir, "x", "sub"), filepath.Join(dir, "x"), file} {
		_, err := Copy(context.Background(), Options{Files: []string{file}, Dir: to})
		var refused *RefusedError
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v", to, err)
		}
	}
	if got := names(t, filepath.Join(dir, "x")) + names(t, filepath.Dir(file)); got != "submail.pst" {
		t.Errorf("something was written: %s", got)
	}
}

// What is wrong with one file does not keep others from being copied.
func TestOneFileIsNotThere(t *testing.T) {
	dir := t.TempDir()
	file, to := filepath.Join(dir, "x", "mail.pst"), filepath.Join(dir, "to")
	in := dataFile(t, file, 10, 1)
	r, err := Copy(context.Background(), Options{Files: []string{filepath.Join(dir, "none.pst"), dir, file}, Dir: to})
	if !errors.Is(err, os.ErrNotExist) || !errors.Is(err, ErrNotFile) {
		t.Errorf("error %v", err)
	}
	if len(r.Files) != 3 || r.Files[0].Err == nil || r.Files[1].Err == nil || r.Files[2].Err != nil {
		t.Errorf("outcomes %+v", r.Files)
	}
	holds(t, filepath.Join(to, "mail.pst"), in)
}
