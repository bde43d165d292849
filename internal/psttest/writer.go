package psttest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Options say what kind of file to write. The zero value is an unencrypted
// Unicode file.
type Options struct {
	Name       string    // display name of the store; "Personal Folders" when empty
	Encryption byte      // EncryptNone, EncryptPermute or EncryptCyclic
	Format     Format    // FormatUnicode when empty
	CodePage   int       // of the strings of an ANSI file; 1252 when 0
	Client     string    // wMagicClient: "SM" (.pst, when empty), "SO" (.ost) or "AB" (.pab)
	RecordKey  mapi.GUID // identity of the store, part of every entry id; a fixed one when zero
	NoRoles    bool      // leave out the entry ids that tell the special folders
}

// Writer writes one data file. Folders are declared before messages are added
// to them; Close completes the file. After an error every call returns it.
// A Writer is not safe for use by several goroutines.
type Writer struct {
	n       *ndb
	o       Options
	names   nameMap
	last    [32]uint32 // node index last issued, by type
	folders []*folder
	byID    map[FolderID]*folder
	roles   map[Role]*folder
	empty   map[*rowLayout]uint64 // blocks of tables without rows
	late    func() error          // called when only the B-trees are left to write
	err     error
	closed  bool
}

var errClosed = errors.New("the file is already complete")

// NewWriter starts a data file in w. It is written at increasing offsets; the
// header, the first 17 KiB, and one free map page every 120 MiB are written last.
func NewWriter(w io.WriterAt, o Options) (*Writer, error) {
	f, err := o.format()
	if err != nil {
		return nil, err
	}
	n, err := newNDB(w, f, o.Encryption)
	if err != nil {
		return nil, err
	}
	if o.Client != "" {
		n.magic = o.Client
	}
	if o.Name == "" {
		o.Name = "Personal Folders"
	}
	if o.RecordKey == (mapi.GUID{}) {
		copy(o.RecordKey[:], "pst2imap psttest")
	}
	p := &Writer{
		n: n, o: o, last: initialIndexes(),
		byID: map[FolderID]*folder{}, roles: map[Role]*folder{}, empty: map[*rowLayout]uint64{},
	}
	p.names.seed()
	root := p.declare(nidRoot, nil, Str(mapi.DisplayName, ""))
	p.declare(nidIPMSubtree, root, Str(mapi.DisplayName, "Top of Outlook data file"))
	p.declare(nidFinder, root, Str(mapi.DisplayName, "Search Root"))
	p.last[nidFolder] = nidDeleted >> 5
	return p, nil
}

// declare enters a folder. The root folder is its own parent ([MS-PST] 2.4.4.1).
func (w *Writer) declare(nid uint32, parent *folder, props ...Prop) *folder {
	f := &folder{nid: nid, parent: nid, props: props}
	if parent != nil {
		f.parent = parent.nid
		parent.children = append(parent.children, f)
	}
	w.folders = append(w.folders, f)
	w.byID[FolderID(nid)] = f
	return f
}

func (w *Writer) nextNID(kind uint32) uint32 {
	w.last[kind]++
	return makeNID(kind, w.last[kind])
}

// Folder declares a folder below parent and returns its id. Each role but
// RoleNone can be given once. Outlook expects every file to have a folder of
// role trash: where none is declared, Close adds "Deleted Items".
func (w *Writer) Folder(parent FolderID, name string, role Role, props ...Prop) (FolderID, error) {
	if err := w.usable(); err != nil {
		return 0, err
	}
	p, ok := w.byID[parent]
	if !ok {
		return 0, w.fail(fmt.Errorf("folder %q: no parent folder %#x", name, uint32(parent)))
	}
	if _, ok := w.roles[role]; ok && role != RoleNone {
		return 0, w.fail(fmt.Errorf("folder %q: role %s is taken", name, role))
	}
	nid := uint32(nidDeleted)
	if role != RoleTrash {
		nid = w.nextNID(nidFolder)
	}
	f := w.declare(nid, p, unless(slices.Clone(props), Str(mapi.DisplayName, name))...)
	w.roles[role] = f
	return FolderID(nid), nil
}

// Add writes a message into a folder and returns its node id.
func (w *Writer) Add(id FolderID, m *Message) (nid uint32, err error) {
	if err := w.usable(); err != nil {
		return 0, err
	}
	f, ok := w.byID[id]
	if !ok {
		return 0, w.fail(fmt.Errorf("no folder %#x", uint32(id)))
	}
	kind := uint32(nidMessage)
	if m.Associated {
		kind = nidAssociated
	}
	nid = w.nextNID(kind)
	out, err := w.message(m, 0)
	if err != nil {
		return 0, w.fail(fmt.Errorf("message %#x: %w", nid, err))
	}
	w.n.node(nid, f.nid, out.part)
	if err := f.add(w.n, nid, out, m.Associated); err != nil {
		return 0, w.fail(fmt.Errorf("message %#x in its table: %w", nid, err))
	}
	return nid, w.n.s.err
}

func (w *Writer) usable() error {
	if w.closed {
		return errClosed
	}
	return w.err
}

func (w *Writer) fail(err error) error {
	w.err = err
	return err
}

// entryID is how objects of the store refer to one of its folders or messages
// ([MS-PST] 2.4.3.2).
func (w *Writer) entryID(nid uint32) []byte {
	b := append(make([]byte, 4), w.o.RecordKey[:]...)
	return binary.LittleEndian.AppendUint32(b, nid)
}

// objectValue is a PtypObject value: a subnode and its size ([MS-PST] 2.3.3.5).
func objectValue(nid uint32, size int64) []byte {
	b := binary.LittleEndian.AppendUint32(nil, nid)
	return binary.LittleEndian.AppendUint32(b, uint32(min(size, 1<<32-1)))
}
