package job

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/pst"
)

// Source is one data file.
type Source struct {
	File      string
	Store     *pst.Store
	Inventory *pst.Inventory

	key         string // of the store
	items       Items
	asked       eml.Options
	names       map[string]string
	opened      os.FileInfo
	optionsOnce sync.Once
	conversion  *eml.Options
	mapOnce     sync.Once
	addressMap  *eml.AddressMap
}

func openSource(ctx context.Context, path string, o SourceOptions, l event.Listener) (*Source, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	s, err := OpenStore(ctx, path, o, l)
	if err != nil {
		return nil, err
	}
	inv, err := s.Inventory()
	if err != nil {
		_ = s.Close() // nothing was written
		return nil, err
	}
	return &Source{File: path, Store: s, Inventory: inv, key: storeKey(s.RecordKey()),
		items: o.Items, asked: o.Conversion, names: o.Names, opened: st}, nil
}

// Report names the file in a report.
func (s *Source) Report() report.Source {
	info := s.Store.Info()
	return report.Source{File: s.File, Size: info.Size, Format: info.Format,
		Modified: s.opened.ModTime().UTC().Format(time.RFC3339)}
}

func (s *Source) changed() bool {
	st, err := os.Stat(s.File)
	return err != nil || st.Size() != s.opened.Size() || !st.ModTime().Equal(s.opened.ModTime())
}

// SourceOptions say how a data file is read. The zero value is the default.
type SourceOptions struct {
	Deep     bool // search the whole file for lost and deleted items
	CodePage int  // of 8-bit strings that name none; 0 takes the store's own
	Items    Items
	// Conversion changes the messages that are made. What it says of other items
	// and of address maps does not count: that comes from Items and the file.
	Conversion eml.Options
	// Names are addresses of people whom the file names by a legacy distinguished
	// name; they go before what the file says itself (H11).
	Names map[string]string
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
