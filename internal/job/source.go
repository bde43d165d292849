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

// Source is one data file, or a rescue folder.
type Source struct {
	File      string
	Store     *pst.Store // nil for a rescue folder
	Inventory *pst.Inventory

	key         string // of the store
	asked       SourceOptions
	known       recollection // what an earlier run has found out
	recalls     bool         // known has an identity
	copied      string       // what is read in place of File, if anything
	size        int64        // of File, when it was opened or copied
	modified    time.Time    // likewise
	optionsOnce sync.Once
	conversion  *eml.Options
	mapOnce     sync.Once
	addressMap  *eml.AddressMap
	mapHash     string
	kept        *kept // of a rescue folder
}

func openSource(ctx context.Context, path string, o SourceOptions, l event.Listener) (*Source, error) {
	src := &Source{File: path, asked: o}
	read := path
	if c, ok := o.Copies[path]; ok {
		read, src.copied, src.size, src.modified = c.Path, c.Path, c.Size, c.Modified
	} else {
		st, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		src.size, src.modified = st.Size(), st.ModTime()
	}
	s, err := OpenStore(ctx, read, o, l)
	if err != nil {
		return nil, err
	}
	inv, err := s.Inventory()
	if err != nil {
		_ = s.Close() // nothing was written
		return nil, err
	}
	src.Store, src.Inventory, src.key = s, inv, storeKey(s.RecordKey())
	return src, nil
}

// Report names the file in a report.
func (s *Source) Report() report.Source {
	if s.kept != nil {
		return s.kept.report()
	}
	info := s.Store.Info()
	return report.Source{File: s.File, Size: info.Size, Format: info.Format,
		Modified: s.modified.UTC().Format(time.RFC3339Nano), Copy: s.copied}
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
	return err != nil || st.Size() != s.size || !st.ModTime().Equal(s.modified)
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
	// Copies are read in place of the files, by the path of the file. Changes of the
	// file itself since it was copied are told by [Job.Changed].
	Copies map[string]Copy
}

// Copy is a copy of a data file, with the state of the file when it was copied.
type Copy struct {
	Path     string
	Size     int64 // bytes
	Modified time.Time
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
