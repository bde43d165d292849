package safecopy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/fsx"
)

const goodSum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestParseManifest(t *testing.T) {
	entry := func(name, size, sum string) string {
		return `{"schema":1,"files":[{"name":"` + name + `","size":` + size + `,"sha256":"` + sum + `"}]}`
	}
	if m, err := parseManifest([]byte(entry("a.pst", "0", goodSum))); err != nil || m.Files[0].Name != "a.pst" {
		t.Errorf("a good one: %v", err)
	}
	for text, want := range map[string]string{
		``:                                   "unexpected end",
		`[]`:                                 "cannot unmarshal",
		`{}`:                                 "schema 0",
		`{"schema":2}`:                       "schema 2, and this program knows 1",
		entry("../a.pst", "0", goodSum):      "no name in this folder",
		entry(`..\\a.pst`, "0", goodSum):     "no name in this folder",
		entry("C:a", "0", goodSum):           "no name in this folder",
		entry("", "0", goodSum):              "no name in this folder",
		entry("Manifest.json", "0", goodSum): "no name in this folder",
		entry("a"+partSuffix, "0", goodSum):  "no name in this folder",
		entry("a", "-1", goodSum):            "size -1",
		entry("a", "0", "abc"):               "no SHA-256",
		entry("a", "0", strings.ToUpper(goodSum)): "no SHA-256",
		`{"schema":1,"files":[{"name":"a","sha256":"` + goodSum + `"},{"name":"A","sha256":"` + goodSum + `"}]}`: "twice",
		`{"schema":1,"exports":[{"folder":"../x"}]}`:                                                             "no name in this folder",
	} {
		if _, err := parseManifest([]byte(text)); !errors.Is(err, ErrManifest) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v", text, err)
		}
	}
	if _, err := parseManifest(make([]byte, maxManifest+1)); !errors.Is(err, ErrManifest) {
		t.Errorf("a large one: %v", err)
	}
}

// A manifest that cannot be read is not written over.
func TestManifestIsDamaged(t *testing.T) {
	s := newScene(t)
	if err := os.Mkdir(s.to, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.to, ManifestName)
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.copy(context.Background(), nil); !errors.Is(err, ErrManifest) {
		t.Errorf("copy: %v", err)
	}
	if _, err := Check(context.Background(), s.to, nil); !errors.Is(err, ErrManifest) {
		t.Errorf("check: %v", err)
	}
	holds(t, path, []byte("{"))
}

// Checksums of something else are not written over either.
func TestOtherSums(t *testing.T) {
	s := newScene(t)
	path := filepath.Join(s.to, SumsName)
	if err := errors.Join(os.Mkdir(s.to, 0o700), os.WriteFile(path, []byte("x"), 0o600)); err != nil {
		t.Fatal(err)
	}
	var refused *RefusedError
	if _, err := s.copy(context.Background(), nil); !errors.As(err, &refused) {
		t.Errorf("error %v", err)
	}
	holds(t, path, []byte("x"))
}

func TestCheck(t *testing.T) {
	s := newScene(t)
	s.complete(s.copy(context.Background(), nil))
	if err := os.Mkdir(filepath.Join(s.to, "mail.pst-eml"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := AddExport(s.to, ExportOf(Entry{Name: "mail.pst"}, "eml"), "1"); err != nil {
		t.Fatal(err)
	}
	s.complete(s.copy(context.Background(), nil)) // the export stays in the manifest and is nothing extra
	if err := os.Remove(filepath.Join(s.to, "mail.pst-eml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(s.to, "mail.pst")); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{SumsName: "other\n", "note.txt": "x", "b.pst" + partSuffix: "x"} {
		if err := os.WriteFile(filepath.Join(s.to, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := Check(context.Background(), s.to, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Condition{}
	for _, f := range found {
		got[f.Name] = f.Condition
	}
	want := map[string]Condition{"mail.pst": Missing, "mail.pst-eml": Missing, SumsName: Changed, "note.txt": Extra, "b.pst" + partSuffix: Extra}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

// Two computers may have a file of the same path.
func TestOlderThan(t *testing.T) {
	of := func(name, computer, path string) Entry {
		return Entry{Name: name, Source: Source{Computer: computer, Path: path}}
	}
	m := &Manifest{Files: []Entry{of("1", "pc", "a"), of("2", "laptop", "a"), of("3", "pc", "b"), of("4", "pc", "a")}}
	older := m.olderThan(m.Files[3])
	if len(older) != 1 || older[0].Name != "1" || len(m.Files) != 3 {
		t.Errorf("older %+v, kept %+v", older, m.Files)
	}
}

func TestCopyName(t *testing.T) {
	long := strings.Repeat("ü", 200)
	for _, tt := range []struct {
		base string
		n    int
		want string
	}{
		{"mail.pst", 1, "mail.pst"},
		{"mail.pst", 12, "mail (12).pst"},
		{"MAIL.PST", 2, "MAIL (2).PST"},
		{"mail", 2, "mail (2)"},
		{".pst", 1, "_pst"},
		{"a:b?.pst", 1, "a_b_.pst"},
		{"manifest.json", 1, "_manifest.json"},
		{"SHA256SUMS", 1, "_SHA256SUMS"},
		{"mail.pst" + partSuffix, 1, "mail_pst_incomplete"},
	} {
		if got := copyName(tt.base, tt.n); got != tt.want {
			t.Errorf("%q, %d: %q, want %q", tt.base, tt.n, got, tt.want)
		}
	}
	if got := copyName(long+".pst", 3); !strings.HasSuffix(got, " (3).pst") || len(got) > fsx.MaxName || !plain(got) {
		t.Errorf("a long name: %q", got)
	}
}

// Every name that a copy can get is one that a manifest may have, and none of another
// number.
func FuzzCopyName(f *testing.F) {
	f.Add("mail.pst", 2)
	f.Add("..", 1)
	f.Add(" . .incomplete", 1)
	f.Fuzz(func(t *testing.T, base string, n int) {
		n = max(1, n%1000)
		name := copyName(base, n)
		if !plain(name) {
			t.Errorf("%q gives %q", base, name)
		}
		if other := copyName(base, n+1); folded(other) == folded(name) {
			t.Errorf("%q gives %q twice", base, name)
		}
	})
}

// What is read as a manifest leads nowhere else, and is the same when it was written.
func FuzzManifest(f *testing.F) {
	var b bytes.Buffer
	m := &Manifest{Schema: Schema, Files: []Entry{{Name: "a.pst", SHA256: goodSum}}, Exports: []Export{{Folder: "a.pst-eml", Of: "a.pst"}}}
	if err := m.encode(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"schema":1,"files":[{"name":"..","sha256":""}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		m, err := parseManifest(in)
		if err != nil {
			if !errors.Is(err, ErrManifest) {
				t.Errorf("error %v", err)
			}
			return
		}
		for _, e := range m.Files {
			if !filepath.IsLocal(e.Name) || strings.ContainsAny(e.Name, `/\:`) || own(e.Name) {
				t.Errorf("name %q", e.Name)
			}
		}
		if lines := bytes.Count(m.sums(), []byte("\n")); lines != len(m.Files) {
			t.Errorf("%d lines of checksums for %d files", lines, len(m.Files))
		}
		var out bytes.Buffer
		if err := m.encode(&out); err != nil {
			t.Fatal(err)
		}
		again, err := parseManifest(out.Bytes())
		if err != nil {
			t.Fatalf("%v: %s", err, out.Bytes())
		}
		one, _ := json.Marshal(m)     // both were written already
		two, _ := json.Marshal(again) // so these are no errors
		if !bytes.Equal(one, two) {
			t.Errorf("%s becomes %s", one, two)
		}
	})
}
