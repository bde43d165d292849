// Package mapi has the vocabulary of Outlook items: property tags, property
// types, named-property sets and property values as they are stored.
//
// It is a leaf: it knows nothing of files, folders or mail. Names are those of
// [MS-OXPROPS] and [MS-OXCDATA].
package mapi

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
)

// PropID is the 16-bit property identifier, the upper half of a property tag
// ([MS-OXCDATA] 2.9). Identifiers from 0x8000 on are named properties whose
// meaning depends on the store's name-to-id map.
type PropID uint16

// FirstNamed is the lowest identifier of a named property ([MS-PST] 2.4.7).
const FirstNamed PropID = 0x8000

// String is the hexadecimal form used in messages, for example "0x0037".
func (id PropID) String() string { return fmt.Sprintf("0x%04X", uint16(id)) }

// PropType is the 16-bit property type, the lower half of a property tag
// ([MS-OXCDATA] 2.11.1).
type PropType uint16

// Property types ([MS-OXCDATA] 2.11.1). MultiValue is a flag on top of the
// single-valued type.
const (
	TypeUnspecified PropType = 0x0000
	TypeNull        PropType = 0x0001
	TypeInt16       PropType = 0x0002
	TypeInt32       PropType = 0x0003
	TypeFloat32     PropType = 0x0004
	TypeFloat64     PropType = 0x0005
	TypeCurrency    PropType = 0x0006
	TypeAppTime     PropType = 0x0007
	TypeError       PropType = 0x000A
	TypeBool        PropType = 0x000B
	TypeObject      PropType = 0x000D
	TypeInt64       PropType = 0x0014
	TypeString8     PropType = 0x001E
	TypeString      PropType = 0x001F
	TypeTime        PropType = 0x0040
	TypeGUID        PropType = 0x0048
	TypeServerID    PropType = 0x00FB
	TypeBinary      PropType = 0x0102
	MultiValue      PropType = 0x1000
)

// FixedSize is the number of bytes that a value of type t takes, or 0 when its
// length varies ([MS-OXCDATA] 2.11.1).
func (t PropType) FixedSize() int {
	switch t {
	case TypeBool:
		return 1
	case TypeInt16:
		return 2
	case TypeInt32, TypeFloat32, TypeError:
		return 4
	case TypeFloat64, TypeCurrency, TypeAppTime, TypeInt64, TypeTime:
		return 8
	case TypeGUID:
		return 16
	default:
		return 0
	}
}

// IsMultiple tells whether t is the type of a list of values.
func (t PropType) IsMultiple() bool { return t&MultiValue != 0 }

// String is the hexadecimal form, for example "0x001F".
func (t PropType) String() string { return fmt.Sprintf("0x%04X", uint16(t)) }

// Tag is a property tag: identifier and type ([MS-OXCDATA] 2.9).
type Tag uint32

// MakeTag joins identifier and type.
func MakeTag(id PropID, t PropType) Tag { return Tag(uint32(id)<<16 | uint32(t)) }

// ID is the identifier of the tag.
func (t Tag) ID() PropID { return PropID(t >> 16) }

// Type is the property type of the tag.
func (t Tag) Type() PropType { return PropType(t & 0xFFFF) }

// GUID is a globally unique identifier in the byte order of the file: the first
// three fields little-endian ([MS-DTYP] 2.3.4.2).
type GUID [16]byte

// String is the registry form without braces, in upper case.
func (g GUID) String() string {
	return strings.ToUpper(fmt.Sprintf("%08x-%04x-%04x-%s-%s",
		binary.LittleEndian.Uint32(g[0:4]), binary.LittleEndian.Uint16(g[4:6]),
		binary.LittleEndian.Uint16(g[6:8]), hex.EncodeToString(g[8:10]), hex.EncodeToString(g[10:])))
}

// MustGUID reads the registry form ("00062008-0000-0000-C000-000000000046").
// It panics on anything else, so it is for constants only.
func MustGUID(s string) GUID {
	raw, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(raw) != 16 {
		panic("mapi: not a GUID: " + s)
	}
	var g GUID
	binary.LittleEndian.PutUint32(g[0:], binary.BigEndian.Uint32(raw[0:]))
	binary.LittleEndian.PutUint16(g[4:], binary.BigEndian.Uint16(raw[4:]))
	binary.LittleEndian.PutUint16(g[6:], binary.BigEndian.Uint16(raw[6:]))
	copy(g[8:], raw[8:])
	return g
}

// Property sets ([MS-OXPROPS] 1.3.2).
var (
	PSMapi            = MustGUID("00020328-0000-0000-C000-000000000046")
	PSPublicStrings   = MustGUID("00020329-0000-0000-C000-000000000046")
	PSInternetHeaders = MustGUID("00020386-0000-0000-C000-000000000046")
	PSetCommon        = MustGUID("00062008-0000-0000-C000-000000000046")
	PSetAppointment   = MustGUID("00062002-0000-0000-C000-000000000046")
	PSetMeeting       = MustGUID("6ED8DA90-450B-101B-98DA-00AA003F1305")
	PSetTask          = MustGUID("00062003-0000-0000-C000-000000000046")
	PSetAddress       = MustGUID("00062004-0000-0000-C000-000000000046")
	PSetLog           = MustGUID("0006200A-0000-0000-C000-000000000046")
	PSetNote          = MustGUID("0006200E-0000-0000-C000-000000000046")
	PSetPostRss       = MustGUID("00062041-0000-0000-C000-000000000046")
)

// Name names a property that has no fixed identifier: a property set and, in
// it, either a number (LID) or a string ([MS-OXPROPS] 1.3.2). Str is empty for
// a numeric name.
type Name struct {
	Set GUID
	LID uint32
	Str string
}

// String is the form used in messages, for example {set}:0x8520 or {set}:"Keywords".
func (n Name) String() string {
	if n.Str != "" {
		return fmt.Sprintf("{%s}:%q", n.Set, n.Str)
	}
	return fmt.Sprintf("{%s}:0x%04X", n.Set, n.LID)
}
