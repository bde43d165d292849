package job

import (
	"context"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/pst"
)

// SourceOptions say how a data file is read. The zero value is the default.
type SourceOptions struct {
	Deep     bool // search the whole file for lost and deleted items
	CodePage int  // of 8-bit strings that name none; 0 takes the store's own
	Items    Items
}

// UnknownCodePageError says that there is no such Windows code page.
type UnknownCodePageError struct{ CodePage int }

// Error is one line.
func (e *UnknownCodePageError) Error() string { return "unknown code page" }

// OpenStore opens a data file as the options say. Errors are those of package
// pst, *UnknownCodePageError and that of ctx.
func OpenStore(ctx context.Context, path string, o SourceOptions, l event.Listener) (*pst.Store, error) {
	s, err := pst.Open(path)
	if err != nil {
		return nil, err
	}
	if o.CodePage != 0 && !s.SetCodePage(o.CodePage) {
		_ = s.Close() // nothing was written
		return nil, &UnknownCodePageError{o.CodePage}
	}
	if !o.Deep {
		return s, nil
	}
	const mib = 1 << 20
	err = s.DeepScan(ctx, func(done, total int64) {
		l.Progress(event.Progress{Stage: event.StageScan, Done: int(done / mib), Total: int(total/mib) + 1, Bytes: done})
	})
	if err != nil {
		_ = s.Close() // nothing was written
		return nil, err
	}
	return s, nil
}
