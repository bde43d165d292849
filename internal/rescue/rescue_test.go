package rescue_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/pst2imap/pst2imap/internal/rescue"
)

const body = "X-Pst2imap-Id: 1-00112233445566778899aabbccddeeff; c=1-0\r\nSubject: a\r\n\r\ntext\r\n"

func entry(node uint32) rescue.Entry {
	return rescue.Entry{
		Item: "1-00112233445566778899aabbccddeeff", Store: "ab", Node: node, Mailbox: "Work/Älter", Flags: []string{`\Seen`, "$Label"},
		Date: time.Date(2003, 2, 1, 4, 5, 6, 0, time.UTC), Folder: []string{"Work", "Älter"}, Subject: "a", Reason: "no",
	}
}

func open(t *testing.T, dir string) *rescue.Folder {
	t.Helper()
	f, err := rescue.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func keep(t *testing.T, f *rescue.Folder, e rescue.Entry, text string) string {
	t.Helper()
	path, err := f.Keep(e, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func read(f *rescue.Folder, e *rescue.Entry) (string, error) {
	r, err := f.Read(e)
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	return string(b), err
}

// names are the files of a folder.
func names(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range list {
		out = append(out, d.Name())
	}
	return strings.Join(out, " ")
}

// What is kept is there in the next run, to the byte, until it is settled.
func TestKeepAndSettle(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "job", "rescue")
	f := open(t, dir)
	if f.HasIndex() || f.Settle(func(*rescue.Entry) bool { return false }) != nil {
		t.Error("an empty folder is not empty")
	}
	first := keep(t, f, entry(1), body)
	keep(t, f, entry(2), body+"more\r\n")
	again := entry(1)
	again.Reason = "no again"
	if path := keep(t, f, again, body); path != first {
		t.Errorf("the same item is in %s and %s", first, path)
	}

	f = open(t, dir)
	list := f.Entries()
	if n, bytes := f.Count(); len(list) != 2 || n != 2 || bytes != int64(2*len(body)+6) || len(f.Faults()) != 0 || !f.HasIndex() {
		t.Fatalf("%d entries, %d, %d bytes, %v", len(list), n, bytes, f.Faults())
	}
	want := entry(1)
	want.Reason, want.File, want.Size, want.SHA256 = "no again", filepath.Base(first), int64(len(body)), list[0].SHA256
	if fmt.Sprint(list[0]) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", list[0], want)
	}
	if got, err := read(f, &list[1]); got != body+"more\r\n" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}

	err := f.Settle(func(e *rescue.Entry) bool { e.Reason = "still not"; return e.Node == 2 })
	if err != nil {
		t.Fatal(err)
	}
	f = open(t, dir)
	if list := f.Entries(); len(list) != 1 || list[0].Node != 2 || list[0].Reason != "still not" || names(t, dir) != list[0].File+" "+rescue.IndexName {
		t.Errorf("%+v in %s", list, names(t, dir))
	}
	if err := f.Settle(func(*rescue.Entry) bool { return false }); err != nil || names(t, dir) != rescue.IndexName {
		t.Errorf("%v: %s", err, names(t, dir))
	}
}

// A file that is not the one that was written is not taken for it.
func TestChangedFiles(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		change func(path string) error
		want   error
	}{
		"gone":       {os.Remove, rescue.ErrMissing},
		"longer":     {func(p string) error { return os.WriteFile(p, []byte(body+"x"), 0o600) }, rescue.ErrChanged},
		"shorter":    {func(p string) error { return os.Truncate(p, 10) }, rescue.ErrChanged},
		"other byte": {func(p string) error { return os.WriteFile(p, []byte(strings.Replace(body, "text", "tex7", 1)), 0o600) }, rescue.ErrChanged},
		"a folder": {func(p string) error {
			return errors.Join(os.Remove(p), os.Mkdir(p, 0o700))
		}, rescue.ErrChanged},
		"a link": {func(p string) error { return errors.Join(os.Remove(p), os.Symlink(outside, p)) }, rescue.ErrChanged},
	} {
		for _, sum := range []string{"", bodySum()} {
			t.Run(fmt.Sprintf("%s %.4s", name, sum), func(t *testing.T) {
				f := open(t, t.TempDir())
				e := entry(1)
				e.Body = sum
				path := keep(t, f, e, body)
				if err := tc.change(path); err != nil {
					t.Fatal(err)
				}
				if got, err := read(f, &f.Entries()[0]); !errors.Is(err, tc.want) {
					t.Errorf("read %q, %v; want %v", got, err, tc.want)
				}
			})
		}
	}
}

// bodySum is that of what is behind the first line of body.
func bodySum() string {
	_, rest, _ := strings.Cut(body, "\n")
	return fmt.Sprintf("%x", sha256.Sum256([]byte(rest)))
}

// Where the hash of what is behind the first line is known it is that which is checked,
// however the file is read, and nobody need compute it again.
func TestBodySum(t *testing.T) {
	f := open(t, t.TempDir())
	e := entry(1)
	e.Body = bodySum()
	keep(t, f, e, body)
	for _, how := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.HalfReader, func(r io.Reader) io.Reader { return r }} {
		m, err := f.Read(&f.Entries()[0])
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(how(m))
		if sum := m.Sum(); err != nil || string(got) != body || !m.SumsBody() || fmt.Sprintf("%x", sum) != bodySum() {
			t.Errorf("read %q, %x, %v", got, sum, err)
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
	e = entry(2)
	e.Body = strings.Repeat("0", 64)
	keep(t, f, e, body)
	if got, err := read(f, &f.Entries()[1]); !errors.Is(err, rescue.ErrChanged) {
		t.Errorf("another hash: read %q, %v", got, err)
	}
}

// Lines that no entry of ours has are named, left where they are, and reach nothing
// outside of the folder.
func TestHostileIndex(t *testing.T) {
	good := `{"file":"a.eml","item":"1-00112233445566778899aabbccddeeff","store":"ab","node":7,"mailbox":"INBOX","folder":["Inbox"],"size":9,"sha256":"` + strings.Repeat("0", 64) + `","reason":"no"}`
	with := func(old, now string) string {
		if !strings.Contains(good, old) {
			t.Fatal(old)
		}
		return strings.Replace(good, old, now, 1)
	}
	for name, line := range map[string]string{
		"not whole":       good[:40],
		"no object":       `[1]`,
		"path up":         with(`"a.eml"`, `"../a.eml"`),
		"path up, DOS":    with(`"a.eml"`, `"..\\a.eml"`),
		"absolute path":   with(`"a.eml"`, `"/etc/a.eml"`),
		"drive":           with(`"a.eml"`, `"c:a.eml"`),
		"the index":       with(`"a.eml"`, `"index.jsonl"`),
		"no body hash":    with(`,"reason"`, `,"body_sha256":"00","reason"`),
		"no name":         with(`"a.eml"`, `".eml"`),
		"long name":       with(`"a.eml"`, `"`+strings.Repeat("a", 300)+`.eml"`),
		"other identity":  with("1-00112233445566778899aabbccddeeff", "2-00"),
		"no size":         with(`"size":9`, `"size":0`),
		"negative size":   with(`"size":9`, `"size":-9`),
		"endless":         with(`"size":9`, `"size":99999999999`),
		"no hash":         with(strings.Repeat("0", 64), "0"),
		"no mailbox":      with(`"INBOX"`, `""`),
		"mailbox, 2 rows": with(`"INBOX"`, `"a\r\nx1 DELETE b"`),
		"long mailbox":    with(`"INBOX"`, `"`+strings.Repeat("a", 5000)+`"`),
		"deep":            with(`["Inbox"]`, `["a"`+strings.Repeat(`,"a"`, 600)+`]`),
		"bad date":        with(`"size"`, `"date":"yesterday","size"`),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			index := filepath.Join(dir, rescue.IndexName)
			if err := os.WriteFile(index, []byte(line+"\n"+good+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			f := open(t, dir)
			if len(f.Entries()) != 1 || len(f.Faults()) != 1 || f.Faults()[0].Line != 1 {
				t.Fatalf("%d entries, faults %v", len(f.Entries()), f.Faults())
			}
			if err := f.Settle(func(*rescue.Entry) bool { return false }); err != nil {
				t.Fatal(err)
			}
			if b, err := os.ReadFile(index); err != nil || string(b) != line+"\n" {
				t.Errorf("the index is now %q, %v", b, err)
			}
		})
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, rescue.IndexName), []byte(`{"file":"`+strings.Repeat("a", 2<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := rescue.Open(dir); err == nil {
		t.Error("an endless line was read")
	}
}

// FuzzIndex has as property that whatever an index says, every entry is of a file
// directly in the folder, and what is written from it reads as the same.
func FuzzIndex(f *testing.F) {
	f.Add([]byte(`{"file":"a.eml","item":"1-00112233445566778899aabbccddeeff","mailbox":"INBOX","folder":[],"size":9,"sha256":"` + strings.Repeat("0", 64) + `"}`))
	f.Add([]byte("{\"file\":\"../a.eml\"}\n\n[]\n"))
	f.Fuzz(func(t *testing.T, index []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, rescue.IndexName), index, 0o600); err != nil {
			t.Fatal(err)
		}
		a, err := rescue.Open(dir)
		if err != nil {
			return
		}
		defer a.Close()
		for _, e := range a.Entries() {
			if filepath.Base(e.File) != e.File || !filepath.IsLocal(e.File) || e.Size <= 0 {
				t.Errorf("entry %+v", e)
			}
			if _, err := a.Read(&e); err == nil {
				t.Errorf("read %+v", e)
			}
		}
		if err := a.Settle(func(*rescue.Entry) bool { return true }); err != nil {
			t.Fatal(err)
		}
		b := open(t, dir)
		if fmt.Sprint(a.Entries()) != fmt.Sprint(b.Entries()) || len(a.Faults()) != len(b.Faults()) {
			t.Errorf("%+v\n%+v", a.Entries(), b.Entries())
		}
	})
}
