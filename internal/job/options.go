package job

import (
	"iter"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/pst"
)

// options are those of every conversion of the job. They hold the map of the
// store's internal names to Internet addresses, which one pass over all items
// makes before the first of them is converted: an address that one mail tells
// may be missing in another.
func (j *Job) options() *eml.Options {
	j.optionsOnce.Do(func() {
		o := &eml.Options{Items: j.items.more}
		eml.BuildAddressMap(j.Store, j.ids()).Use(o)
		j.conversion = o
	})
	return j.conversion
}

func (j *Job) ids() iter.Seq[pst.NodeID] {
	return func(yield func(pst.NodeID) bool) {
		for ref := range j.Items() {
			if !yield(ref.ID) {
				return
			}
		}
	}
}

// IDLine is the first line of the uploaded message.
func (it *Item) IDLine() string { return it.options.IDLine(it.ItemID) }
