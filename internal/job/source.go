package job

import (
	"context"
	"os"
	"sync"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/pst"
)

// Source is one data file, or a rescue folder.
type Source struct {
	File      string
	Store     *pst.Store // nil for a rescue folder
	Inventory *pst.Inventory

	key         string // of the store
	items       Items
	known       map[pst.NodeID]string // identities that an earlier run has found out
	asked       eml.Options
	names       map[string]string
	opened      os.FileInfo
	optionsOnce sync.Once
	conversion  *eml.Options
	mapOnce     sync.Once
	addressMap  *eml.AddressMap
	kept        *kept // of a rescue folder
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
	if s.kept != nil {
		return s.kept.report()
	}
	info := s.Store.Info()
	return report.Source{File: s.File, Size: info.Size, Format: info.Format}
}

// Key names the data file, the same wherever it lies; a rescue folder is named by
// its path.
func (s *Source) Key() string {
	if s.kept != nil {
		return s.kept.key()
	}
	return s.key
}

// Damage is what was found broken so far.
func (s *Source) Damage() []report.Damage {
	if s.kept != nil {
		return s.kept.damage()
	}
	var out []report.Damage
	for _, d := range s.Store.Damage() {
		out = append(out, report.Damage(d))
	}
	return out
}

func (s *Source) close() error {
	if s.kept != nil {
		return nil // whoever opened the folder closes it
	}
	return s.Store.Close()
}

func (s *Source) changed() bool {
	if s.kept != nil {
		return false // each file is checked by its hash
	}
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
