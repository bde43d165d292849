package pst

import (
	"iter"

	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// Messages yields every item of the file that is not associated, in ascending
// order, straight from the node B-tree: without knowing its folder, and in
// memory that does not grow with the items themselves, unlike [Store.Inventory].
// After [Store.DeepScan] those that only the scan found come last, also those of
// them that were overwritten.
//
// A part of the tree that cannot be read is damage and yields one error; the
// walk goes on behind it.
func (s *Store) Messages() iter.Seq2[NodeID, error] {
	return func(yield func(NodeID, error) bool) {
		for n, err := range s.file.Nodes() {
			if err != nil {
				s.file.Log.AddLoss(err)
			} else if n.NID.Type() != ndb.TypeMessage {
				continue
			}
			if !yield(n.NID, err) {
				return
			}
		}
	}
}
