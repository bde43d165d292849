package pst

import (
	"io"
	"os"
	"sync"

	"github.com/pst2imap/pst2imap/internal/fsx"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst/internal/ltp"
	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// Errors that callers act on, to be asked for with errors.Is.
var (
	// ErrNotDataFile says that the bytes are no Outlook data file.
	ErrNotDataFile = ndb.ErrNotDataFile
	// ErrUnsupported says that the file is an Outlook data file of a format that cannot be read.
	ErrUnsupported = ndb.ErrUnsupported
	// ErrNotFound says that the file has no such node.
	ErrNotFound = ndb.ErrNotFound
	// ErrNoProperty says that an object does not have a property.
	ErrNoProperty = ltp.ErrNoProperty
)

// NodeID identifies a folder, item or attachment in its file ([MS-PST] 2.2.2.1).
type NodeID = ndb.NID

// Error says what is wrong with which structure of the file and where.
type Error = ndb.Error

// Damage is a fault that did not stop reading.
type Damage = ndb.Damage

// Info is what the header says of the file.
type Info struct {
	Kind       string // "pst", "ost" or "pab"
	Format     string // "ansi", "unicode" or "unicode-4k"
	Encryption string // "none", "permute" or "cyclic"
	Size       int64  // bytes
}

// Store is an open data file.
type Store struct {
	file   *ndb.File
	closer io.Closer

	props *Properties // message store object, node 0x21; never nil

	namesOnce sync.Once
	names     nameMap

	pageOnce sync.Once
	page     int // code page of 8-bit strings that name none
}

// Open opens the data file at path for reading.
//
// Errors: those of the operating system; [ErrNotDataFile]; [ErrUnsupported].
func Open(path string) (*Store, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err == nil && !fsx.IsFile(st.Mode()) {
		err = &os.PathError{Op: "open", Path: path, Err: errNotRegular}
	}
	if err != nil {
		return nil, closeWith(f, err)
	}
	s, err := New(f, st.Size())
	if err != nil {
		return nil, closeWith(f, err)
	}
	s.closer = f
	return s, nil
}

func closeWith(c io.Closer, err error) error {
	_ = c.Close() // nothing was written
	return err
}

// New reads a data file of size bytes from r, which must allow concurrent reads.
func New(r io.ReaderAt, size int64) (*Store, error) {
	f, err := ndb.Open(r, size)
	if err != nil {
		return nil, err
	}
	s := &Store{file: f}
	s.props = s.object(ndb.NIDMessageStore)
	return s, nil
}

// Close closes the file that [Open] opened.
func (s *Store) Close() error {
	if s.closer == nil {
		return nil
	}
	return s.closer.Close()
}

// Info tells kind, format and size.
func (s *Store) Info() Info {
	h := s.file.Header
	return Info{Kind: string(h.Kind), Format: h.Format, Encryption: string(h.Encryption), Size: s.file.Size()}
}

// Damage lists the faults met so far, each once, in the order of discovery.
func (s *Store) Damage() []Damage { return s.file.Log.List() }

// Properties are those of the message store itself. They are empty when the
// store object cannot be read, which is then damage.
func (s *Store) Properties() *Properties { return s.props }

// RecordKey is the 16-byte identity of the store (PidTagRecordKey), which
// stays when the file is renamed or copied. It is nil when it cannot be read.
func (s *Store) RecordKey() []byte {
	b, _ := s.props.Bytes(mapi.RecordKey)
	return b
}

// object reads the property context of a node; where that fails, the fault is
// damage and the properties are empty.
func (s *Store) object(nid NodeID) *Properties {
	n, err := ltp.OpenNode(s.file, nid)
	if err == nil {
		var p *ltp.Props
		if p, err = ltp.OpenPC(n); err == nil {
			return s.properties(p, nid, nil)
		}
	}
	s.file.Log.AddLoss(ndb.AtNode(err, nid))
	return s.properties(&ltp.Props{}, nid, nil)
}
