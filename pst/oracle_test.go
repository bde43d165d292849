package pst_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"testing"

	gopst "github.com/mooijtech/go-pst/v6/pkg"
	"github.com/mooijtech/go-pst/v6/pkg/properties"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// seen is what both readers can tell of a message.
type seen struct {
	subject     string
	attachments int
	data        string // hashes of the attachments' data, sorted
}

// TestAgainstGoPST reads the sample files of go-pst with both readers. Where
// they differ, the table says who is right and why.
func TestAgainstGoPST(t *testing.T) {
	dir := filepath.Join(testneed.ModuleDir(t, "github.com/mooijtech/go-pst/v6"), "data")
	for name, tc := range map[string]struct {
		messages int
		fails    bool // go-pst cannot read the file
	}{
		"enron.pst":   {messages: 2178},
		"support.pst": {},
		"32-bit.pst":  {messages: 1, fails: true}, // ANSI: go-pst reads no folder name
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			ours, err := readOurs(path)
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := readTheirs(t, path)
			if (err != nil) != tc.fails {
				t.Fatalf("go-pst: %v", err)
			}
			if tc.messages > 0 && len(ours) != tc.messages {
				t.Errorf("%d messages, want %d", len(ours), tc.messages)
			}
			if len(ours) < len(theirs) {
				t.Errorf("%d messages, go-pst has %d", len(ours), len(theirs))
			}
			for id, want := range theirs {
				if got, ok := ours[id]; !ok || got != want {
					t.Errorf("message %#x: %d attachments, go-pst has %d; same subject %v, same data %v", id, got.attachments, want.attachments, got.subject == want.subject, got.data == want.data)
				}
			}
		})
	}
}

func readOurs(path string) (map[uint32]seen, error) {
	s, err := pst.Open(path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	inv, err := s.Inventory()
	if err != nil {
		return nil, err
	}
	out := map[uint32]seen{}
	for _, f := range inv.Folders {
		for _, id := range f.Items {
			m, err := s.Message(id)
			if err != nil {
				return nil, err
			}
			list, err := m.Attachments()
			if err != nil {
				return nil, err
			}
			v := seen{attachments: len(list)}
			v.subject, _ = m.Text(mapi.Subject)
			var sums []string
			for _, a := range list {
				if r, _, err := a.Open(mapi.AttachData); err == nil && a.Type(mapi.AttachData) == mapi.TypeBinary {
					sums = append(sums, hashOf(r))
				}
			}
			sort.Strings(sums)
			v.data = fmt.Sprint(sums)
			out[uint32(id)] = v
		}
	}
	return out, nil
}

func hashOf(r io.Reader) string {
	h := sha256.New()
	_, _ = io.Copy(h, r) // a cut-off value has another hash
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

func readTheirs(t *testing.T, path string) (map[uint32]seen, error) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file, err := gopst.New(f)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Cleanup()
	out := map[uint32]seen{}
	err = file.WalkFolders(func(folder *gopst.Folder) error {
		it, err := folder.GetMessageIterator()
		if errors.Is(err, gopst.ErrMessagesNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		for it.Next() {
			m := it.Value()
			v := seen{}
			if p, ok := m.Properties.(*properties.Message); ok {
				v.subject = p.GetSubject()
			}
			v.attachments, v.data = theirAttachments(m)
			out[uint32(m.Identifier)] = v
		}
		return it.Err()
	})
	return out, err
}

func theirAttachments(m *gopst.Message) (n int, data string) {
	it, err := m.GetAttachmentIterator()
	if err != nil {
		return 0, "[]"
	}
	var sums []string
	for it.Next() {
		n++
		h := sha256.New()
		if _, err := it.Value().WriteTo(h); err == nil {
			sums = append(sums, fmt.Sprintf("%x", h.Sum(nil)[:8]))
		}
	}
	sort.Strings(sums)
	return n, fmt.Sprint(sums)
}

// TestCorpus compares the counts of real files with those of readers that we
// did not write.
func TestCorpus(t *testing.T) {
	dir := testneed.Corpus(t)
	b, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var files map[string]struct {
		Readable    bool
		Folders     int
		Messages    int
		Associated  int
		Attachments *int
	}
	if err := json.Unmarshal(b, &files); err != nil {
		t.Fatal(err)
	}
	read := 0
	for name, want := range files {
		t.Run(name, func(t *testing.T) {
			s, err := pst.Open(filepath.Join(dir, name))
			if !want.Readable && errors.Is(err, pst.ErrNotDataFile) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			inv, err := s.Inventory()
			if !want.Readable && err != nil {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			folders, attachments := 0, 0
			for _, f := range inv.Folders {
				if !f.Virtual {
					folders++
				}
				for _, id := range f.Items {
					m, err := s.Message(id)
					if err != nil {
						t.Fatal(err)
					}
					list, err := m.Attachments()
					if err != nil {
						t.Fatal(err)
					}
					attachments += len(list)
				}
			}
			if folders != want.Folders || inv.Messages != want.Messages || inv.Associated != want.Associated {
				t.Errorf("got %d folders, %d messages, %d associated, want %+v", folders, inv.Messages, inv.Associated, want)
			}
			if want.Attachments != nil && attachments != *want.Attachments {
				t.Errorf("got %d attachments, want %d", attachments, *want.Attachments)
			}
			readAll(t, s)
			read++
		})
	}
	if read < 69 {
		t.Errorf("only %d files were read", read)
	}
}
