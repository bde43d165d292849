package eml

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// oracleMail is what testdata/pypff_mail.py prints of an item.
type oracleMail struct {
	ID          uint32
	Subject     *string
	Date        *int64
	Attachments []string
}

// output runs a program and gives what it printed.
func output(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	b, err := testneed.Bounded(name, args...).Output()
	if err != nil {
		t.Fatalf("%s ended with %v", filepath.Base(name), err)
	}
	return b
}

// realFiles are the data files of the corpus and the large sample of go-pst.
func realFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testneed.Corpus(t), "*.[po]st"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	return append(files, filepath.Join(testneed.ModuleDir(t, "github.com/mooijtech/go-pst/v6"), "data", "enron.pst"))
}

// eachMail converts the mail of a file.
func eachMail(t *testing.T, path string, f func(m *pst.Message, s string, res *Result)) {
	t.Helper()
	s, err := pst.Open(path)
	if err != nil {
		return // TestCorpus looks into that
	}
	defer func() { _ = s.Close() }() // it was only read
	if _, err := s.Inventory(); err != nil {
		return
	}
	for _, id := range allItems(t, s) {
		m, err := s.Message(id)
		if err != nil {
			continue
		}
		var b bytes.Buffer
		if res, err := Convert(&b, m, nil); err == nil {
			f(m, b.String(), res)
		}
	}
}

// Subject, date and attachments of the converted mail are those that libpff reads
// and Python's email package finds in the original header.
func TestConvertedAgainstPypff(t *testing.T) {
	python := testneed.Python(t, "pypff")
	compared, subjects, dates, files := 0, 0, 0, 0
	for _, path := range realFiles(t) {
		if st, err := os.Stat(path); err != nil || st.Size() < 1024 || testing.Short() && st.Size() > 300_000 {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			var list []oracleMail
			if err := json.Unmarshal(output(t, python, "testdata/pypff_mail.py", path), &list); err != nil {
				t.Fatal(err)
			}
			byID := map[uint32]oracleMail{}
			for _, o := range list {
				byID[o.ID] = o
			}
			eachMail(t, path, func(m *pst.Message, s string, _ *Result) {
				o, ok := byID[uint32(m.ID)]
				if !ok {
					return // TestAgainstPypff of package pst looks into that
				}
				compared++
				subjects += o.checkSubject(t, m.ID, s)
				dates += o.checkDate(t, m.ID, s)
				files += o.checkFiles(t, m, s)
			})
		})
	}
	t.Logf("%d mails compared, %d subjects, %d dates, %d files", compared, subjects, dates, files)
	if !testing.Short() && (compared < 2900 || subjects < 2500 || dates < 2100 || files < 250) {
		t.Error("that is too few")
	}
}

// checkSubject compares the field, or that which has what Outlook changed (H5).
func (o oracleMail) checkSubject(t *testing.T, id pst.NodeID, s string) int {
	t.Helper()
	if o.Subject == nil {
		return 0
	}
	want := cleanText(*o.Subject)
	for _, name := range []string{"Subject", "X-Outlook-Subject"} {
		v, ok := field(t, s, name)
		got := cleanText(decodeWords(v))
		if ok && (strings.EqualFold(got, want) || name == "Subject" && len(want) > 200 && strings.HasPrefix(got, want)) {
			return 1
		}
	}
	t.Errorf("%s: the subject is another", id)
	return 0
}

// checkDate compares the instant of the Date field.
func (o oracleMail) checkDate(t *testing.T, id pst.NodeID, s string) int {
	t.Helper()
	v, ok := field(t, s, "Date")
	if o.Date == nil || !ok {
		return 0
	}
	d, err := mail.ParseDate(v)
	if err != nil || d.Year() < 1900 {
		return 0 // kept as it was (I5): years such as 0002 mean something else to each reader
	}
	if d.Unix() != *o.Date {
		t.Errorf("%s: the date is %s, want %s", id, d.UTC(), time.Unix(*o.Date, 0).UTC())
		return 0
	}
	return 1
}

// checkFiles looks for the data of each attachment among the parts (I4).
func (o oracleMail) checkFiles(t *testing.T, m *pst.Message, s string) int {
	t.Helper()
	_, kind := ClassOf(m)
	if len(o.Attachments) == 0 || kind == KindClearSigned {
		return 0
	}
	_, leaves := parse(t, s)
	have := map[string]int{}
	for _, l := range leaves {
		sum := sha1.Sum([]byte(l.body))
		have[hex.EncodeToString(sum[:])]++
	}
	for _, sum := range o.Attachments {
		if have[sum]--; have[sum] < 0 {
			t.Errorf("%s: the data of an attachment is not in the mail", m.ID)
		}
	}
	return len(o.Attachments)
}
