package imapconn

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// errIncomplete means that the server's answer cannot be relied upon to name every message.
var errIncomplete = fmt.Errorf("%w: incomplete answer", errProtocol)

// batches sorts the UIDs into sets of bounded size; UID 0 does not exist and is dropped.
func batches(uids []uint32) []imap.UIDSet {
	sorted := slices.Clone(uids)
	slices.Sort(sorted)
	var sets []imap.UIDSet
	var set imap.UIDSet
	n := 0
	for i, uid := range sorted {
		if uid == 0 || i > 0 && sorted[i-1] == uid {
			continue
		}
		if n == batchMessages || len(set) == batchRanges {
			sets, set, n = append(sets, set), nil, 0
		}
		set.AddNum(imap.UID(uid))
		n++
	}
	if n > 0 {
		sets = append(sets, set)
	}
	return sets
}

// numbers are the UIDs of a set that has no open end.
func numbers(set imap.UIDSet) []uint32 {
	nums, _ := set.Nums()
	out := make([]uint32, len(nums))
	for i, n := range nums {
		out[i] = uint32(n)
	}
	return out
}

// wholeReader fails where a literal ends early: the library takes the end of the connection for the end of the message.
type wholeReader struct {
	r    io.Reader
	left int64
	cut  error
}

// Read implements io.Reader. After an error the library must not be asked again: see [Conn.abandon].
func (w *wholeReader) Read(p []byte) (int, error) {
	if w.cut != nil {
		return 0, w.cut
	}
	n, err := w.r.Read(p)
	w.left -= int64(n)
	if err != nil && w.left > 0 {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		w.cut = err
	}
	return n, err
}
