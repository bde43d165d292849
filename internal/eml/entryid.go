package eml

import (
	"bytes"
	"encoding/binary"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Provider UIDs of address entry ids ([MS-OXCDATA] 2.2.5).
var (
	uidOneOff  = []byte("\x81\x2B\x1F\xA4\xBE\xA3\x10\x19\x9D\x6E\x00\xDD\x01\x0F\x54\x02")
	uidEX      = []byte("\xDC\xA7\x40\xC8\xC0\x42\x10\x1A\xB4\xB9\x08\x00\x2B\x2F\xE1\x82")
	uidContact = []byte("\xFE\x42\xAA\x0A\x18\xC7\x1A\x10\xE8\x85\x0B\x65\x1C\x24\x00\x00")
	uidWrapper = []byte("\xC0\x91\xAD\xD3\x51\x9D\xCF\x11\xA4\xA9\x00\xAA\x00\x47\xFA\xA4")
)

// entry is what an address entry id tells (H10). Of its fields, those that its
// kind does not have are empty.
type entry struct {
	name, addrType, email string // one-off
	dn                    string // Exchange: legacy distinguished name
	contact               []byte // entry id of a contact in the same store
	which                 int    // which address of the contact, 0 to 2
}

// maxWrappers bounds entry ids that contain entry ids.
const maxWrappers = 4

// parseEntryID reads an address entry id; decode8 decodes 8-bit strings. ok is
// false for a kind that is not known or too few bytes.
func parseEntryID(b []byte, decode8 func([]byte) string) (e entry, ok bool) {
	for range maxWrappers {
		if len(b) < 20 {
			return entry{}, false
		}
		uid, rest := b[4:20], b[20:]
		switch {
		case bytes.Equal(uid, uidOneOff):
			return parseOneOff(rest, decode8)
		case bytes.Equal(uid, uidEX):
			return parseEX(rest)
		case bytes.Equal(uid, uidContact):
			return parseContactAddress(rest)
		case bytes.Equal(uid, uidWrapper) && len(rest) > 1:
			b = rest[1:] // the type tells nothing that the wrapped id does not
		default:
			return entry{}, false
		}
	}
	return entry{}, false
}

// parseOneOff reads a one-off entry id after its UID ([MS-OXCDATA] 2.2.5.1).
func parseOneOff(b []byte, decode8 func([]byte) string) (entry, bool) {
	if len(b) < 4 {
		return entry{}, false
	}
	const unicode = 0x8000
	wide := binary.LittleEndian.Uint16(b[2:])&unicode != 0
	b = b[4:]
	var s [3]string
	for i := range s {
		s[i], b = cutString(b, wide, decode8)
	}
	return entry{name: s[0], addrType: s[1], email: s[2]}, true
}

// cutString takes a NUL-terminated string; the end of the bytes ends it too.
func cutString(b []byte, wide bool, decode8 func([]byte) string) (string, []byte) {
	if !wide {
		s, rest, _ := bytes.Cut(b, []byte{0})
		return decode8(s), rest
	}
	for i := 0; i+1 < len(b); i += 2 {
		if b[i] == 0 && b[i+1] == 0 {
			return mapi.UTF16(b[:i]), b[i+2:]
		}
	}
	return mapi.UTF16(b), nil
}

// parseEX reads an Exchange address entry id ([MS-OXCDATA] 2.2.5.2).
func parseEX(b []byte) (entry, bool) {
	if len(b) < 8 {
		return entry{}, false
	}
	dn, _, _ := bytes.Cut(b[8:], []byte{0})
	return entry{dn: string(bytes.ToValidUTF8(dn, []byte("?")))}, len(dn) > 0
}

// parseContactAddress reads a contact address entry id ([MS-OXCDATA] 2.2.5.3).
func parseContactAddress(b []byte) (entry, bool) {
	if len(b) < 16 {
		return entry{}, false
	}
	which, size := binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:])
	b = b[16:]
	if uint64(size) > uint64(len(b)) || which > 2 {
		return entry{}, false
	}
	return entry{contact: b[:size:size], which: int(which)}, true
}

// flatEntries splits a FlatEntryList ([MS-OXCDATA] 2.3.3). Entries that can be
// located are returned even when complete is false.
func flatEntries(b []byte) (out [][]byte, complete bool) {
	if len(b) < 8 {
		return nil, len(b) == 0
	}
	n := binary.LittleEndian.Uint32(b)
	b = b[8:]
	for range n {
		if len(b) < 4 {
			return out, false
		}
		size := uint64(binary.LittleEndian.Uint32(b))
		b = b[4:]
		if size > uint64(len(b)) {
			return out, false
		}
		out = append(out, b[:size:size])
		b = b[min((size+3)&^3, uint64(len(b))):]
	}
	return out, true
}
