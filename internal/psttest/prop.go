package psttest

import (
	"slices"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Prop is one property of an object.
//
// ID is its identifier; when it is zero, Name is entered in the store's
// name-to-id map and gives the identifier ([MS-PST] 2.4.7). Type may be left
// unspecified where the Go type of Value says enough. Value is one of
//
//	string, []string      TypeString or, with its bytes as they are, TypeString8
//	[]byte, [][]byte      TypeBinary; []byte also for any other type, as stored
//	bool, int, int16, int32, int64, uint32, uint64, float32, float64
//	[]int                 multi-value of any of the numeric types
//	time.Time             TypeTime; a uint64 with TypeTime is a raw FILETIME
//	mapi.GUID             TypeGUID
type Prop struct {
	ID    mapi.PropID
	Name  mapi.Name
	Type  mapi.PropType
	Value any
}

// Str is a Unicode string property.
func Str(id mapi.PropID, s string) Prop { return Prop{ID: id, Type: mapi.TypeString, Value: s} }

// Str8 is an 8-bit string property whose bytes are already in the code page
// that the item names.
func Str8(id mapi.PropID, s string) Prop { return Prop{ID: id, Type: mapi.TypeString8, Value: s} }

// Bin is a binary property.
func Bin(id mapi.PropID, b []byte) Prop { return Prop{ID: id, Type: mapi.TypeBinary, Value: b} }

// Int32 is a 32-bit number.
func Int32(id mapi.PropID, n int) Prop { return Prop{ID: id, Type: mapi.TypeInt32, Value: n} }

// Bool is a boolean property.
func Bool(id mapi.PropID, b bool) Prop { return Prop{ID: id, Type: mapi.TypeBool, Value: b} }

// Time is a point in time, stored with a precision of 100 ns.
func Time(id mapi.PropID, t time.Time) Prop { return Prop{ID: id, Type: mapi.TypeTime, Value: t} }

// Named is a property that has a name instead of an identifier.
func Named(name mapi.Name, t mapi.PropType, v any) Prop { return Prop{Name: name, Type: t, Value: v} }

// Keywords are the categories of an item ([MS-OXCMSG] 2.2.1.17).
func Keywords(categories ...string) Prop {
	return Named(mapi.Name{Set: mapi.PSPublicStrings, Str: "Keywords"}, mapi.TypeString|mapi.MultiValue, categories)
}

// find is the index of the property with the given identifier, or -1.
func find(props []Prop, id mapi.PropID) int {
	for i, p := range props {
		if p.ID == id && id != 0 {
			return i
		}
	}
	return -1
}

// with is props with p, which takes the place of one with the same identifier or
// name.
func with(props []Prop, p ...Prop) []Prop {
	for _, p := range p {
		i := slices.IndexFunc(props, func(have Prop) bool { return have.ID == p.ID && have.Name == p.Name })
		if i >= 0 {
			props[i] = p
		} else {
			props = append(props, p)
		}
	}
	return props
}

// unless is props with those of p whose identifiers it does not have yet.
func unless(props []Prop, p ...Prop) []Prop {
	for _, p := range p {
		if find(props, p.ID) < 0 {
			props = append(props, p)
		}
	}
	return props
}
