package psttest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

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
