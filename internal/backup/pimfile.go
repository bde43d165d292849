package backup

import (
	"bytes"
	"crypto/sha256"
	"io"
	"strconv"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/ical"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/spool"
)

// pimFile is a calendar or an address book that is being put together.
type pimFile struct {
	ext   string
	rule  string // by which identities are made
	body  spool.Spool
	items []job.PIMOutcome // in it
	seen  map[[sha256.Size]byte]bool

	convert func(*job.Item) (pimEntry, []eml.Warning)
	// around is what comes before and after the items.
	around func() (begin, end []byte)
}

// pimEntry is an item on its way into a file.
type pimEntry struct {
	alone []byte // as it would be by itself; nil if it cannot be converted
	// among is the same among the other items of the file; renamed tells that it had
	// to get another identity.
	among func() (b []byte, renamed bool)
}

// reader reads the whole file.
func (f *pimFile) reader() io.Reader {
	begin, end := f.around()
	return io.MultiReader(bytes.NewReader(begin), f.body.Reader(), bytes.NewReader(end))
}

// newCalendarFile makes a calendar with a name for people.
func newCalendarFile(name string) *pimFile {
	var m ical.Merger
	f := &pimFile{ext: ".ics", rule: "M42", seen: map[[sha256.Size]byte]bool{}}
	f.convert = func(it *job.Item) (e pimEntry, warnings []eml.Warning) {
		c, warnings := it.Calendar()
		if !c.Empty() {
			e.alone = c.Append(nil)
			e.among = func() ([]byte, bool) { return m.Add(nil, c) }
		}
		return e, warnings
	}
	f.around = func() (begin, end []byte) { return m.Begin(name), m.End() }
	return f
}

// newCardFile makes an address book.
func newCardFile() *pimFile {
	taken := map[string]bool{}
	f := &pimFile{ext: ".vcf", rule: "M50", seen: map[[sha256.Size]byte]bool{}}
	f.convert = func(it *job.Item) (e pimEntry, warnings []eml.Warning) {
		own := it.CardUID()
		e.alone, warnings = it.Card(own)
		e.among = func() ([]byte, bool) {
			uid := own
			for n := 2; taken[uid]; n++ {
				uid = own + "-" + strconv.Itoa(n)
			}
			taken[uid] = true
			if uid == own {
				return e.alone, false
			}
			b, _ := it.Card(uid)
			return b, true
		}
		return e, warnings
	}
	f.around = func() (begin, end []byte) { return nil, nil }
	return f
}
