package rtf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// describe is all of a result as text.
func describe(r *Result) string {
	var out strings.Builder
	out.WriteString(r.HTML)
	fmt.Fprintf(&out, "\n---- text\n%s\n---- rest\n", r.Text)
	for _, p := range r.Pictures {
		sum := sha256.Sum256(p.Data)
		fmt.Fprintf(&out, "%s %s %d bytes %x inline %v\n", p.Name, p.MIME, len(p.Data), sum[:4], p.Inline)
	}
	fmt.Fprintf(&out, "attachments %d\nunknown %q\nwarnings %q\n", r.Attachments, r.Unknown, r.Warnings)
	return out.String()
}

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/rich/*.rtf")
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Convert(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, strings.TrimSuffix(file, ".rtf")+".golden", []byte(describe(r)))
	}
}

// compare asserts the content of a golden file.
func compare(t *testing.T, golden string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\n%s", golden, got)
	}
}

// A message as Outlook wraps it.
func TestGoldenDecapsulate(t *testing.T) {
	in, err := os.ReadFile("testdata/encapsulated.rtf")
	if err != nil {
		t.Fatal(err)
	}
	o := &Options{Resolves: func(url string) bool { return url == "cid:image001.png@01D0" }}
	got, warnings, err := Decapsulate(in, o)
	if err != nil || len(warnings) > 0 {
		t.Fatal(warnings, err)
	}
	compare(t, "testdata/encapsulated.html", []byte(got))
	text, _ := ToText(in)
	compare(t, "testdata/encapsulated.txt", []byte(text))
}

func TestConvertRefuses(t *testing.T) {
	for _, in := range []string{"", "x", `\rtf1`, "{\\urtf1}"} {
		if r, err := Convert([]byte(in), nil); !errors.Is(err, ErrNotRTF) || r != nil {
			t.Errorf("%q: %v, %v", in, r, err)
		}
	}
}
