package eml

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// defects asks Python's email package what is wrong with the messages in a
// folder.
func defects(t *testing.T, dir string, messages int) {
	t.Helper()
	out, err := exec.Command(testneed.Tool(t, "python3"), "testdata/defects.py", dir).CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || lines[len(lines)-1] != fmt.Sprint(messages) {
		t.Fatalf("%v: %d messages: %.2000s", err, messages, out)
	}
	for _, line := range lines[:len(lines)-1] {
		t.Error(line)
	}
}

// writeFile converts an item into a file.
func writeFile(t *testing.T, path string, m *pst.Message) bool {
	t.Helper()
	var b bytes.Buffer
	_, err := Convert(&b, m, nil)
	var skipped *SkippedKindError
	switch {
	case errors.As(err, &skipped):
		return false
	case err != nil:
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return true
}

// Python's email package finds no defect in what is made of items of all kinds.
func TestPythonReadsAllKinds(t *testing.T) {
	dir := t.TempDir()
	long := strings.Repeat("Größe ", 60)
	for i, m := range []*psttest.Message{
		note(),
		note(htmlBody("<p>x</p>"), psttest.Str(mapi.Subject, long)),
		note(htmlBody(`<img src="cid:a@x">`)).Attach(psttest.Inline("a.png", "image/png", "a@x", png), psttest.ByValue(long+".pdf", "", []byte("%PDF-1"))),
		note().Attach(psttest.Embed(note().Attach(psttest.Embed(note(psttest.Str(mapi.Subject, long)))))),
		signed(signedHeader + "\r\n" + strings.ReplaceAll(signedBody, "\xc3\xbc\xc3\x9f", "ue")),
		note(class(opaqueClass)).Attach(psttest.ByValue("smime.p7m", "", []byte(signedData("", "")))),
		withRows(note(class("REPORT.IPM.Note.NDR")), ndrRow("#5.1.1 "+long, 0)).Attach(psttest.Embed(note())),
		note(class("REPORT.IPM.Note.IPNRN")),
		withRows(note(), row(1, psttest.Str(mapi.DisplayName, long)), row(2, psttest.Str(mapi.AddressType, "EX"), psttest.Str(mapi.EmailAddress, dn))),
		rtfOnly(`{\rtf1\ansi {\b bold} ` + pngHex + `}`),
		note().Attach(psttest.Attachment{Props: []psttest.Prop{method(mapi.AttachByWebRef), psttest.Str(mapi.AttachLongPathname, "https://x.org")}}),
		note().Attach(with(psttest.ByValue("a", "", macFileData("A", "d", "r")), psttest.Bin(mapi.AttachEncoding, []byte(macBinary)))),
		note().Attach(ole("", storage("CONTENTS", dib))),
	} {
		if !writeFile(t, filepath.Join(dir, fmt.Sprintf("%02d.eml", i)), open(t, m)) {
			t.Errorf("item %d is not converted", i)
		}
	}
	defects(t, dir, 13)
}

// The same for all of the corpus.
func TestPythonReadsCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("all messages of the corpus")
	}
	files, err := filepath.Glob(filepath.Join(testneed.Corpus(t), "*.[po]st"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	dir, count := t.TempDir(), 0
	for i, path := range files {
		s, err := pst.Open(path)
		if err != nil {
			continue // TestCorpus looks into that
		}
		if _, err := s.Inventory(); err == nil {
			for _, id := range allItems(t, s) {
				m, err := s.Message(id)
				if err == nil && writeFile(t, filepath.Join(dir, fmt.Sprintf("%02d-%s.eml", i, id)), m) {
					count++
				}
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if count < 800 {
		t.Errorf("only %d messages", count)
	}
	defects(t, dir, count)
}
