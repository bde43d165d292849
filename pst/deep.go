package pst

import (
	"context"

	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// DeepScan searches the whole file for what its B-trees do not lead to: items
// behind an unreadable root, as in a file that was cut off or partly
// overwritten, and deleted items whose space was not used again. [Store.Inventory]
// then lists them too: in a virtual folder of their own, or, where the root of
// the node B-tree is lost, in the folders that list them. Only what can be proven
// to be intact counts.
//
// It takes about as long as copying the file. progress, which may be nil, is
// told how many bytes were searched. It must be called before anything else is
// read from the store.
func (s *Store) DeepScan(ctx context.Context, progress func(done, total int64)) error {
	if err := s.file.DeepScan(ctx, progress); err != nil {
		return err
	}
	s.props = s.object(ndb.NIDMessageStore) // it may not have been readable before
	return nil
}

// Check reads every page and every block of the file, so that [Store.Damage]
// has everything that a checksum can tell. It gives how many nodes and blocks
// there are. progress, which may be nil, is told how many blocks were read.
func (s *Store) Check(ctx context.Context, progress func(blocks int)) (nodes, blocks int, err error) {
	return s.file.Check(ctx, progress)
}
