package psttest

import (
	"bytes"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

// TestReadpst compares what was written with what libpst's readpst reads.
func TestReadpst(t *testing.T) {
	readpst := testneed.Tool(t, "readpst")
	for _, c := range cases() {
		if c.notReadpst != "" {
			t.Logf("without %s: %s", c.name, c.notReadpst)
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			run(t, readpst, "-q", "-j", "0", "-D", "-e", "-b", "-o", dir, c.file(t))
			got := walkReadpst(t, filepath.Join(dir, "Personal Folders"))
			want := allExpected(c.tree.Folders, displayNames)
			for path, items := range want {
				if len(items) == 0 { // readpst leaves out folders without mail
					delete(want, path)
				}
				for _, it := range items { // and attachments without bytes
					maps.DeleteFunc(it.Files, func(_, data string) bool { return data == "" })
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("readpst sees (- want, + got):\n%.4000s", diff)
			}
		})
	}
}

// displayNames is the To and Cc fields that readpst writes where there are no
// transport headers.
func displayNames(m *Message) []string {
	var out []string
	for _, s := range []string{displayList(m.Recipients, 1), displayList(m.Recipients, 2)} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func walkReadpst(t *testing.T, dir string) map[string][]item {
	t.Helper()
	out := map[string][]item{}
	for _, f := range filesIn(t, dir, ".eml") {
		folder, err := filepath.Rel(dir, filepath.Dir(f))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.ToSlash(folder)] = append(out[filepath.ToSlash(folder)], parseEML(t, b))
	}
	return out
}

// filesIn lists the files below dir with the given ending, those of one folder
// in the order of the numbers in their names.
func filesIn(t *testing.T, dir, ending string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ending) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sortNumeric(files)
	return files
}

func parseEML(t *testing.T, b []byte) item {
	t.Helper()
	b = bytes.TrimLeft(b, "\r\n")
	if bytes.HasPrefix(b, []byte(">From ")) { // before embedded messages
		b = b[bytes.IndexByte(b, '\n')+1:]
	}
	m, err := mail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%v in\n%.400s", err, b)
	}
	it := item{Subject: decodeWords(t, m.Header.Get("Subject")), Files: map[string]string{}}
	for _, field := range []string{"To", "Cc"} {
		if v := m.Header.Get(field); v != "" {
			it.Recipients = append(it.Recipients, decodeWords(t, v))
		}
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	r := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return it
		}
		if err != nil {
			t.Fatalf("%v in\n%.400s", err, b)
		}
		it.part(t, p)
	}
}

func (it *item) part(t *testing.T, p *multipart.Part) {
	t.Helper()
	b, err := io.ReadAll(p)
	if err != nil {
		t.Fatal(err)
	}
	kind := p.Header.Get("Content-Type")
	switch {
	case strings.HasPrefix(kind, "message/rfc822"):
		it.Embedded = append(it.Embedded, parseEML(t, b))
	case p.Header.Get("Content-Disposition") != "":
		it.Files[p.FileName()] = decodeTransfer(t, p.Header.Get("Content-Transfer-Encoding"), b)
	case strings.HasPrefix(kind, "text/plain"):
		it.Body = unix(decodeTransfer(t, p.Header.Get("Content-Transfer-Encoding"), b))
	}
}

func decodeWords(t *testing.T, s string) string {
	t.Helper()
	out, err := new(mime.WordDecoder).DecodeHeader(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
