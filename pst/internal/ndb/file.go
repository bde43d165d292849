package ndb

import (
	"fmt"
	"io"
)

// File is an open data file. Its methods are safe for concurrent use.
type File struct {
	Header
	Log *DamageLog

	r      io.ReaderAt
	size   int64
	layout *layout
	decode decoder
	pages  pageCache
	deep   *deepScan // nil before DeepScan
}

// Open reads the header of a data file of the given size.
func Open(r io.ReaderAt, size int64) (*File, error) {
	log := new(DamageLog)
	l, h, err := readHeader(r, size, log)
	if err != nil {
		return nil, err
	}
	f := &File{Header: h, Log: log, r: r, size: size, layout: l, decode: decoderFor(h.Encryption)}
	if h.Encryption == "" {
		err = f.guessEncryption()
	}
	return f, err
}

// heapSignature is bSig, the third byte of the first block of every heap
// ([MS-PST] 2.3.1.2).
const heapSignature = 0xEC

// guessEncryption finds the encoding of a file whose header names none: the one
// that makes a heap of the message store or else of the root folder.
func (f *File) guessEncryption() error {
	field := fmt.Sprintf("unknown value 0x%02x", f.crypt)
	off := int64(f.layout.cryptMethod)
	for _, e := range []Encryption{EncryptionNone, EncryptionPermute, EncryptionCyclic} {
		f.decode = decoderFor(e)
		for _, nid := range []NID{NIDMessageStore, NIDRootFolder, NIDNameToIDMap} {
			if !f.startsHeap(nid) {
				continue
			}
			f.Encryption = e
			f.Log.AddFault(headerError("bCryptMethod", field+", the data is encoded as "+string(e), off, nil))
			return nil
		}
	}
	return headerError("bCryptMethod", field, off, ErrUnsupported)
}

func (f *File) startsHeap(nid NID) bool {
	n, err := f.Node(nid)
	if err != nil {
		return false
	}
	d, err := f.Data(n.Data)
	if err != nil || d.Blocks() == 0 {
		return false
	}
	b, err := d.Block(0, nil)
	return err == nil && len(b) > 12 && b[2] == heapSignature
}

// Size is the size of the file in bytes.
func (f *File) Size() int64 { return f.size }

// MaxBlock is how many data bytes a full block has. Rows of tables do not
// cross blocks, so this is the stride of a row matrix ([MS-PST] 2.3.4.4).
func (f *File) MaxBlock() int { return f.layout.maxData }

// HIDIndexBits is the width of hidIndex in heap identifiers ([MS-PST] 2.3.1.1).
func (f *File) HIDIndexBits() uint { return f.layout.hidIndexBits }

// BlockIDSize is the width of a BID in bytes.
func (f *File) BlockIDSize() int { return f.layout.idSize }

// readAt fills b from the file or says which structure lies beyond its end.
func (f *File) readAt(b []byte, off int64, structure string) error {
	if off < 0 || off > f.size-int64(len(b)) {
		return &Error{Structure: structure, Field: "ib", Offset: off,
			Problem: fmt.Sprintf("%d bytes here lie outside the file of %d bytes", len(b), f.size)}
	}
	if n, err := f.r.ReadAt(b, off); n < len(b) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return &Error{Structure: structure, Offset: off, Problem: "read error", Err: err}
	}
	return nil
}
