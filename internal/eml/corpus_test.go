package eml

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// tally counts what became of the items of a file.
type tally struct {
	converted, skipped int
	warnings           map[string]int
}

// convertFile converts every item of a data file twice and checks the output.
func convertFile(t *testing.T, path string) tally {
	t.Helper()
	sum := tally{warnings: map[string]int{}}
	s, err := pst.Open(path)
	if errors.Is(err, pst.ErrUnsupported) || errors.Is(err, pst.ErrNotDataFile) {
		return sum
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	inv, err := s.Inventory()
	if err != nil {
		t.Logf("inventory: %v", err)
		return sum
	}
	for _, f := range inv.Folders {
		for _, id := range f.Items {
			if m, err := s.Message(id); err == nil {
				sum.add(t, m)
			}
		}
	}
	return sum
}

func (c *tally) add(t *testing.T, m *pst.Message) {
	t.Helper()
	var b, again bytes.Buffer
	res, err := Convert(&b, m, nil)
	var skipped *SkippedKindError
	if errors.As(err, &skipped) {
		c.skipped++
		if b.Len() != 0 {
			t.Errorf("%s: %d bytes of an item that is not converted", m.ID, b.Len())
		}
		return
	}
	if err != nil {
		t.Errorf("%s: %v", m.ID, err)
		return
	}
	c.converted++
	for _, w := range res.Warnings {
		c.warnings[w.Rule]++
	}
	if _, err := Convert(&again, m, nil); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Errorf("%s: the second conversion differs (%v)", m.ID, err)
	}
	if !strings.Contains(b.String(), "Content-Transfer-Encoding: 8bit\r\n") {
		checkWire(t, b.String(), res)
	}
	if structure, _ := parse(t, b.String()); structure == "" || res.MessageID == "" {
		t.Errorf("%s: structure %q, id %q", m.ID, structure, res.MessageID)
	}
	if _, kind := ClassOf(m); kind != KindClearSigned {
		checkData(t, m, b.String())
	}
}

// checkData compares decoded attachments with the stored bytes (I4).
func checkData(t *testing.T, m *pst.Message, s string) {
	t.Helper()
	_, leaves := parse(t, s)
	have := map[string]bool{}
	for _, l := range leaves {
		have[l.body] = true
	}
	atts, err := m.Attachments()
	if err != nil {
		t.Logf("%s: %v", m.ID, err)
	}
	for i, a := range atts {
		if data, ok := a.Bytes(mapi.AttachData); ok && a.Type(mapi.AttachData) == mapi.TypeBinary && !have[string(data)] {
			t.Errorf("%s: the data of attachment %d is not in the message", m.ID, i+1)
		}
	}
}

func TestCorpus(t *testing.T) {
	dir := testneed.Corpus(t)
	files, err := filepath.Glob(filepath.Join(dir, "*.[po]st"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	converted, skipped := 0, 0
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			sum := convertFile(t, path)
			converted += sum.converted
			skipped += sum.skipped
			t.Logf("%d converted, %d skipped, warnings %v", sum.converted, sum.skipped, sum.warnings)
		})
	}
	if converted != 839 || skipped != 321 {
		t.Errorf("%d items of the corpus were converted, %d are no mail; want all mail, 839 and 321", converted, skipped)
	}
}

func TestEnron(t *testing.T) {
	if testing.Short() {
		t.Skip("2,178 messages")
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/mooijtech/go-pst/v6").Output()
	path := filepath.Join(strings.TrimSpace(string(out)), "data", "enron.pst")
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Skipf("the sample files of go-pst are not there: %v", err)
	}
	sum := convertFile(t, path)
	if sum.converted != 2178 || len(sum.warnings) != 0 {
		t.Errorf("%d converted, warnings %v; want all of 2178", sum.converted, sum.warnings)
	}
}
