package psttest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// item is what an independent reader found in one message.
type item struct {
	Subject, Body string
	Recipients    []string          // pffexport: "To Bob <bob@example.org>"; readpst: display names
	Files         map[string]string // attachments by name
	Embedded      []item
}

// expected is what a reader must find in m.
func expected(m *Message, recipients func(m *Message) []string) item {
	it := item{
		Subject: text(m, mapi.Subject), Body: unix(text(m, mapi.Body)),
		Recipients: recipients(m), Files: map[string]string{},
	}
	for i := range m.Attachments {
		a := &m.Attachments[i]
		if a.Embedded != nil {
			it.Embedded = append(it.Embedded, expected(a.Embedded, recipients))
			continue
		}
		name, _ := a.Props[find(a.Props, mapi.AttachLongFilename)].Value.(string)
		it.Files[name] = string(a.Data)
	}
	return it
}

func text(m *Message, id mapi.PropID) string {
	i := find(m.Props, id)
	if i < 0 {
		return ""
	}
	s, _ := m.Props[i].Value.(string)
	return s
}

// unix has LF line ends and none at the end of the text, where readers differ.
func unix(s string) string {
	return strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
}

// allExpected is the contents of a tree by folder path, empty folders included.
func allExpected(folders []Folder, recipients func(*Message) []string) map[string][]item {
	out := map[string][]item{}
	var walk func(prefix string, folders []Folder)
	walk = func(prefix string, folders []Folder) {
		for _, f := range folders {
			path := prefix + f.Name
			out[path] = []item{}
			for _, m := range f.Messages {
				out[path] = append(out[path], expected(m, recipients))
			}
			walk(path+"/", f.Folders)
		}
	}
	walk("", folders)
	return out
}

// file writes the tree of a case into a temporary file.
func (c *testCase) file(t *testing.T) string {
	t.Helper()
	b, err := Bytes(&c.tree)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "test.pst")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	start := time.Now()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	t.Logf("%s: %v", filepath.Base(name), time.Since(start).Round(time.Millisecond))
	return string(out)
}
