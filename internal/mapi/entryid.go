package mapi

import (
	"bytes"
	"encoding/binary"
)

// Provider UIDs of address entry ids ([MS-OXCDATA] 2.2.5, [MS-OXOCNTC]
// 2.2.2.2.4.1.1).
var (
	uidOneOff  = []byte("\x81\x2B\x1F\xA4\xBE\xA3\x10\x19\x9D\x6E\x00\xDD\x01\x0F\x54\x02")
	uidEX      = []byte("\xDC\xA7\x40\xC8\xC0\x42\x10\x1A\xB4\xB9\x08\x00\x2B\x2F\xE1\x82")
	uidContact = []byte("\xFE\x42\xAA\x0A\x18\xC7\x1A\x10\xE8\x85\x0B\x65\x1C\x24\x00\x00")
	uidWrapper = []byte("\xC0\x91\xAD\xD3\x51\x9D\xCF\x11\xA4\xA9\x00\xAA\x00\x47\xFA\xA4")
)

// AddressEntry is what an address entry id tells (H10). Of its fields, those
// that its kind does not have are empty.
type AddressEntry struct {
	Name, Type, Email string // one-off
	DN                string // Exchange: legacy distinguished name
	Object            []byte // entry id of a contact or distribution list in the same store
	Which             int    // which address of the contact: 0 to 2 e-mail, 3 to 5 fax
	List              bool   // it is a distribution list
}

// maxWrappers bounds entry ids that contain entry ids.
const maxWrappers = 4

// ParseAddressEntry reads an address entry id; decode8 decodes 8-bit strings. ok
// is false for a kind that is not known or too few bytes.
func ParseAddressEntry(b []byte, decode8 func([]byte) string) (e AddressEntry, ok bool) {
	var wrapped AddressEntry
	for depth := range maxWrappers {
		if len(b) < 20 {
			return AddressEntry{}, false
		}
		uid, rest := b[4:20], b[20:]
		switch {
		case bytes.Equal(uid, uidOneOff):
			e, ok = parseOneOff(rest, decode8)
		case bytes.Equal(uid, uidEX):
			e, ok = parseEX(rest)
		case bytes.Equal(uid, uidContact):
			e, ok = parseContactEntry(rest)
		case bytes.Equal(uid, uidWrapper) && len(rest) > 1:
			wrapped, b = wrapper(rest[0]), rest[1:]
			continue
		case depth > 0: // an item of the store, which only a wrapper tells apart from others
			wrapped.Object = b
			return wrapped, true
		}
		e.List = e.List || wrapped.List
		return e, ok
	}
	return AddressEntry{}, false
}

// wrapper reads the type of a wrapped entry id ([MS-OXOCNTC] 2.2.2.2.4.1.1): in
// the low bits what is wrapped, in the next three which address of a contact.
func wrapper(t byte) (e AddressEntry) {
	const list, globalList = 4, 6
	e.List = t&0x0F == list || t&0x0F == globalList
	switch n := int(t >> 4 & 7); n {
	case 4, 5, 6:
		e.Which = n - 4
	case 0, 1, 2:
		e.Which = n + 3
	}
	return e
}

// parseOneOff reads a one-off entry id after its UID ([MS-OXCDATA] 2.2.5.1).
func parseOneOff(b []byte, decode8 func([]byte) string) (AddressEntry, bool) {
	if len(b) < 4 {
		return AddressEntry{}, false
	}
	const unicode = 0x8000
	wide := binary.LittleEndian.Uint16(b[2:])&unicode != 0
	b = b[4:]
	var s [3]string
	for i := range s {
		s[i], b = cutString(b, wide, decode8)
	}
	return AddressEntry{Name: s[0], Type: s[1], Email: s[2]}, true
}

// cutString takes a NUL-terminated string; the end of the bytes ends it too.
func cutString(b []byte, wide bool, decode8 func([]byte) string) (string, []byte) {
	if !wide {
		s, rest, _ := bytes.Cut(b, []byte{0})
		return decode8(s), rest
	}
	for i := 0; i+1 < len(b); i += 2 {
		if b[i] == 0 && b[i+1] == 0 {
			return UTF16(b[:i]), b[i+2:]
		}
	}
	return UTF16(b), nil
}

// parseEX reads an Exchange address entry id ([MS-OXCDATA] 2.2.5.2).
func parseEX(b []byte) (AddressEntry, bool) {
	if len(b) < 8 {
		return AddressEntry{}, false
	}
	dn, _, _ := bytes.Cut(b[8:], []byte{0})
	return AddressEntry{DN: string(bytes.ToValidUTF8(dn, []byte("?")))}, len(dn) > 0
}

// parseContactEntry reads an entry id of an address of a contact or of a personal
// distribution list ([MS-OXCDATA] 2.2.5.3, 2.2.5.4).
func parseContactEntry(b []byte) (AddressEntry, bool) {
	if len(b) < 16 {
		return AddressEntry{}, false
	}
	const list, maxWhich = 5, 5
	kind, which, size := binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:])
	b = b[16:]
	if uint64(size) > uint64(len(b)) || which > maxWhich && kind != list {
		return AddressEntry{}, false
	}
	e := AddressEntry{Object: b[:size:size], List: kind == list}
	if !e.List {
		e.Which = int(which)
	}
	return e, true
}
