package psttest

import (
	"bytes"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/testneed"
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

// TestPffexport compares what was written with what libpff's pffexport reads.
func TestPffexport(t *testing.T) {
	pffexport := testneed.Tool(t, "pffexport")
	for _, c := range cases() {
		if c.notPffexport != "" {
			t.Logf("without %s: %s", c.name, c.notPffexport)
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			target := filepath.Join(t.TempDir(), "out")
			run(t, pffexport, "-q", "-t", target, c.file(t))
			got := walkPffexport(t, filepath.Join(target+".export", "Top of Outlook data file"))
			want := allExpected(c.tree.Folders, addressed)
			want["Deleted Items"] = append([]item{}, want["Deleted Items"]...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("pffexport sees (- want, + got):\n%.4000s", diff)
			}
		})
	}
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

// addressed is the recipients as pffexport's Recipients.txt tells them.
func addressed(m *Message) []string {
	var out []string
	for _, row := range m.Recipients {
		value := func(id mapi.PropID) any { return row[find(row, id)].Value }
		kind := []string{"", "To", "CC", "BCC"}[value(mapi.RecipientType).(int)]
		out = append(out, kind+" "+value(mapi.DisplayName).(string)+" <"+value(mapi.EmailAddress).(string)+">")
	}
	return out
}

// walkPffexport reads the folders of an export; folders whose names pffexport
// makes for messages are told from others by what is in them.
func walkPffexport(t *testing.T, dir string) map[string][]item {
	t.Helper()
	out := map[string][]item{}
	var walk func(path string)
	walk = func(path string) {
		if path != "" {
			out[path] = messagesIn(t, filepath.Join(dir, path))
		}
		for _, d := range dirsIn(t, filepath.Join(dir, path)) {
			if !messageDir.MatchString(d) {
				walk(filepath.ToSlash(filepath.Join(path, d)))
			}
		}
	}
	walk("")
	return out
}

var messageDir = regexp.MustCompile(`^Message\d{5}$`)

func dirsIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out
}

func messagesIn(t *testing.T, dir string) []item {
	t.Helper()
	out := []item{}
	for _, d := range dirsIn(t, dir) {
		if messageDir.MatchString(d) {
			out = append(out, pffItem(t, filepath.Join(dir, d)))
		}
	}
	return out
}

func pffItem(t *testing.T, dir string) item {
	t.Helper()
	it := item{Files: map[string]string{}, Body: unix(content(t, dir, "Message.txt"))}
	if m := regexp.MustCompile(`(?m)^Subject:\s+(.*)$`).FindStringSubmatch(content(t, dir, "OutlookHeaders.txt")); m != nil {
		it.Subject = m[1]
	}
	rows := regexp.MustCompile(`Display name:\s+(.*)\nEmail address:\s+(.*)\nAddress type:.*\nRecipient type:\s+(.*)\n`)
	for _, m := range rows.FindAllStringSubmatch(content(t, dir, "Recipients.txt"), -1) {
		it.Recipients = append(it.Recipients, m[3]+" "+m[1]+" <"+m[2]+">")
	}
	entries, err := os.ReadDir(filepath.Join(dir, "Attachments"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, e := range entries {
		path := filepath.Join(dir, "Attachments", e.Name())
		if e.IsDir() {
			it.Embedded = append(it.Embedded, messagesIn(t, path)...)
			continue
		}
		_, name, _ := strings.Cut(e.Name(), "_")
		it.Files[name] = content(t, filepath.Dir(path), e.Name())
	}
	return it
}

// content is the text of an exported file, empty when there is none.
func content(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(b)
}
