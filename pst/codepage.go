package pst

import (
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// defaultCodepage is what a store uses that says nothing: Western European.
const defaultCodepage = 1252

// SetCodePage names the Windows code page for 8-bit strings of items and
// folders that name none themselves, instead of the one that most items of the
// store name. It must be called before anything is read. It tells whether the
// page is known.
func (s *Store) SetCodePage(cp int) bool {
	if !usable8(cp) {
		return false
	}
	s.pageOnce.Do(func() { s.page = cp })
	return true
}

// codepage is the code page that most messages of the store name. It is looked
// for once, when the first string needs it.
func (s *Store) codepage() int {
	s.pageOnce.Do(func() { s.page = s.commonCodepage() })
	return s.page
}

// maxVotes bounds how many messages are asked: the majority of so many does not
// change any more.
const maxVotes = 5000

// commonCodepage counts PidTagMessageCodepage; of two that are as frequent the
// smaller number wins, so that the same file gives the same page.
func (s *Store) commonCodepage() int {
	votes, asked := map[int]int{}, 0
	for n, err := range s.file.Nodes() {
		if err != nil || n.NID.Type() != ndb.TypeMessage {
			continue
		}
		if asked++; asked > maxVotes {
			break
		}
		m, err := s.Message(n.NID)
		if err != nil {
			continue
		}
		if e, ok := m.props.Find(mapi.MessageCodepage); ok {
			if cp := m.number(e); usable8(cp) {
				votes[cp]++
			}
		}
	}
	best := defaultCodepage
	for cp, n := range votes {
		if n > votes[best] || n == votes[best] && cp < best {
			best = cp
		}
	}
	return best
}
