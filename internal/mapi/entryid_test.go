package mapi

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

func latin(b []byte) string {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return string(r)
}

const noFlags = "\x00\x00\x00\x00"

// wrapped is an entry id in a wrapper of the given type.
func wrapped(t byte, id string) string { return noFlags + string(uidWrapper) + string([]byte{t}) + id }

func TestParseAddressEntry(t *testing.T) {
	oneOff8 := noFlags + string(uidOneOff) + "\x00\x00\x01\x00J\xfcrgen\x00SMTP\x00j@x.org\x00"
	oneOff16 := noFlags + string(uidOneOff) + "\x00\x00\x01\x80" + string(encodeString("Ann\x00SMTP\x00ann@x.org\x00"))
	ex := noFlags + string(uidEX) + "\x01\x00\x00\x00\x00\x00\x00\x00/o=A/cn=b\x00"
	contact := noFlags + string(uidContact) + "\x03\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00\x03\x00\x00\x00abc"
	list := noFlags + string(uidContact) + "\x03\x00\x00\x00\x05\x00\x00\x00\xff\x00\x00\x00\x03\x00\x00\x00abc"
	item := noFlags + "0123456789abcdef" + "\x01\x00\x20\x00"
	jürgen := AddressEntry{Name: "Jürgen", Type: "SMTP", Email: "j@x.org"}
	for name, tc := range map[string]struct {
		in   string
		want AddressEntry
		ok   bool
	}{
		"8-bit one-off":            {oneOff8, jürgen, true},
		"unicode one-off":          {oneOff16, AddressEntry{Name: "Ann", Type: "SMTP", Email: "ann@x.org"}, true},
		"exchange":                 {ex, AddressEntry{DN: "/o=A/cn=b"}, true},
		"exchange without a name":  {ex[:28], AddressEntry{}, false},
		"address of a contact":     {contact, AddressEntry{Object: []byte("abc"), Which: 1}, true},
		"list":                     {list, AddressEntry{Object: []byte("abc"), List: true}, true},
		"size too large":           {contact[:len(contact)-1], AddressEntry{}, false},
		"no such address":          {strings.Replace(contact, "\x04\x00\x00\x00\x01", "\x04\x00\x00\x00\x06", 1), AddressEntry{}, false},
		"not terminated":           {oneOff8[:len(oneOff8)-3], AddressEntry{Name: "Jürgen", Type: "SMTP", Email: "j@x.o"}, true},
		"wrapped one-off":          {wrapped(0xB0, oneOff8), jürgen, true},
		"wrapped, global list":     {wrapped(0xB6, ex), AddressEntry{DN: "/o=A/cn=b", List: true}, true},
		"wrapped contact":          {wrapped(0xC3, item), AddressEntry{Object: []byte(item)}, true},
		"its third address":        {wrapped(0xE3, item), AddressEntry{Object: []byte(item), Which: 2}, true},
		"its second fax":           {wrapped(0x93, item), AddressEntry{Object: []byte(item), Which: 4}, true},
		"wrapped list":             {wrapped(0xB4, item), AddressEntry{Object: []byte(item), List: true}, true},
		"an item outside of lists": {item, AddressEntry{}, false},
		"unknown":                  {strings.Repeat("x", 40), AddressEntry{}, false},
		"empty":                    {"", AddressEntry{}, false},
		"wrapper of nothing":       {wrapped(0xB0, ""), AddressEntry{}, false},
		"endless wrappers":         {strings.Repeat(wrapped(0, ""), 100), AddressEntry{}, false},
	} {
		if got, ok := ParseAddressEntry([]byte(tc.in), latin); ok != tc.ok || !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
}

// Any bytes give an answer, and none is half an answer.
func FuzzAddressEntry(f *testing.F) {
	f.Add([]byte(noFlags + string(uidOneOff) + "\x00\x00\x01\x80A\x00\x00\x00"))
	f.Add([]byte(wrapped(0xC3, noFlags+string(uidContact)+"\x03\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00\xff\xff\xff\xff")))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, ok := ParseAddressEntry(b, latin)
		if !ok && !reflect.DeepEqual(e, AddressEntry{}) {
			t.Errorf("half an entry: %+v", e)
		}
		if e.Object != nil && !bytes.HasSuffix(b, e.Object) && !bytes.Contains(b, e.Object) || e.Which < 0 || e.Which > 5 {
			t.Errorf("not what the bytes say: %+v", e)
		}
	})
}
