package job

import (
	"iter"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/pst"
)

// options are those of every conversion of the file. They hold the map of the
// store's internal names to Internet addresses, which one pass over all items
// makes before the first of them is converted: an address that one mail tells
// may be missing in another.
func (s *Source) options() *eml.Options {
	s.optionsOnce.Do(func() {
		o := new(eml.Options)
		eml.BuildAddressMap(s.Store, s.ids()).Use(o)
		s.conversion = o
	})
	return s.conversion
}

func (s *Source) ids() iter.Seq[pst.NodeID] {
	return func(yield func(pst.NodeID) bool) {
		for _, f := range s.Inventory.Folders {
			for _, id := range f.Items {
				if !yield(id) {
					return
				}
			}
		}
	}
}

// IDLine is the first line of the uploaded message.
func (it *Item) IDLine() string { return it.options.IDLine(it.ItemID) }
