package ndb

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Kind tells what wrote the file, by wMagicClient ([MS-PST] 2.2.2.6).
type Kind string

// Kinds of data files.
const (
	KindPST Kind = "pst"
	KindOST Kind = "ost"
	KindPAB Kind = "pab"
)

// Encryption is the bCryptMethod of the header ([MS-PST] 2.2.2.6).
type Encryption string

// Encodings of data blocks. None of them protects anything.
const (
	EncryptionNone    Encryption = "none"
	EncryptionPermute Encryption = "permute"
	EncryptionCyclic  Encryption = "cyclic"
)

// Header is what the file says of itself.
type Header struct {
	Kind       Kind
	Version    uint16 // wVer
	Format     string // "ansi", "unicode" or "unicode-4k"
	Encryption Encryption
	FileEOF    int64 // ibFileEof
	nbt, bbt   bref
	amapValid  byte // fAMapValid
	crypt      byte // bCryptMethod
}

// bref is a BREF: a block or page and where it is ([MS-PST] 2.2.2.4).
type bref struct {
	bid BID
	ib  int64
}

// sigHeader is how many bytes tell signature, kind and version.
const sigHeader = 12

func headerError(field, problem string, off int64, cause error) error {
	return &Error{Structure: "HEADER", Field: field, Problem: problem, Offset: off, Err: cause}
}

// readHeader checks the signature, chooses the layout and reads HEADER and ROOT.
func readHeader(r io.ReaderAt, size int64, log *DamageLog) (*layout, Header, error) {
	first := make([]byte, sigHeader)
	if n, err := r.ReadAt(first, 0); n < len(first) {
		if err != nil && err != io.EOF {
			return nil, Header{}, err
		}
		return nil, Header{}, headerError("", fmt.Sprintf("the file has only %d bytes", size), 0, ErrNotDataFile)
	}
	if string(first[:4]) != "!BDN" {
		return nil, Header{}, headerError("dwMagic", "the file does not start with !BDN", 0, ErrNotDataFile)
	}
	kind, err := clientKind(first[8:10])
	if err != nil {
		return nil, Header{}, err
	}
	h := Header{Kind: kind, Version: binary.LittleEndian.Uint16(first[10:])}
	l, err := chooseLayout(h.Version)
	if err != nil {
		return nil, h, err
	}
	h.Format = l.name
	b := make([]byte, l.headerSize)
	if n, err := r.ReadAt(b, 0); n < len(b) {
		if err != nil && err != io.EOF {
			return nil, h, err
		}
		return nil, h, headerError("", fmt.Sprintf("cut off after %d of %d bytes", n, len(b)), int64(n), ErrNotDataFile)
	}
	h.crypt = b[l.cryptMethod]
	h.Encryption = cryptMethods[h.crypt]
	l.root(b, &h)
	checkHeader(l, b, h, size, log)
	return l, h, nil
}

func clientKind(magic []byte) (Kind, error) {
	switch string(magic) {
	case "SM":
		return KindPST, nil
	case "SO":
		return KindOST, nil
	case "AB":
		return KindPAB, nil
	}
	return "", headerError("wMagicClient", fmt.Sprintf("unknown value % x", magic), 8, ErrNotDataFile)
}

// chooseLayout maps wVer to a layout ([MS-PST] 2.2.2.6: 14 and 15 ANSI, 23
// Unicode; 21 and 36 are seen in the wild; 37 is a file that Windows encrypts).
func chooseLayout(version uint16) (*layout, error) {
	switch version {
	case 21, 23:
		return &unicodeLayout, nil
	case 14, 15:
		return &ansiLayout, nil
	case 36:
		return &wideLayout, nil
	case 37:
		return nil, headerError("wVer", "protected by Windows Information Protection", 10, ErrUnsupported)
	}
	return nil, headerError("wVer", fmt.Sprintf("unknown version %d", version), 10, ErrUnsupported)
}

// cryptMethods are the values of bCryptMethod.
var cryptMethods = map[byte]Encryption{0: EncryptionNone, 1: EncryptionPermute, 2: EncryptionCyclic}

// root reads the fields of ROOT that are needed ([MS-PST] 2.2.2.5).
func (l *layout) root(b []byte, h *Header) {
	ref := func(off int) bref {
		return bref{BID(l.id(b[off:])), int64(l.id(b[off+l.idSize:]))}
	}
	h.FileEOF = int64(l.id(b[l.ibFileEOF:]))
	h.amapValid = b[l.fAMapValid]
	h.nbt, h.bbt = ref(l.brefNBT), ref(l.brefBBT)
}

// checkHeader reports checksums and sizes that do not hold; none is fatal.
func checkHeader(l *layout, b []byte, h Header, size int64, log *DamageLog) {
	if want, got := binary.LittleEndian.Uint32(b[4:]), CRC(b[8:8+471]); want != got {
		log.Add(Damage{"HEADER dwCRCPartial, file offset 0x4", fmt.Sprintf("checksum is 0x%08x, computed 0x%08x", want, got), false})
	}
	if l.crcFull > 0 {
		if want, got := binary.LittleEndian.Uint32(b[l.crcFull:]), CRC(b[8:l.crcFull]); want != got {
			log.Add(Damage{fmt.Sprintf("HEADER dwCRCFull, file offset 0x%x", l.crcFull), fmt.Sprintf("checksum is 0x%08x, computed 0x%08x", want, got), false})
		}
	}
	if h.FileEOF != size {
		log.Add(Damage{fmt.Sprintf("ROOT ibFileEof, file offset 0x%x", l.ibFileEOF), fmt.Sprintf("says %d bytes, the file has %d", h.FileEOF, size), false})
	}
}
