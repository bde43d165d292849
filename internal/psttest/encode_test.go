package psttest

import (
	"bytes"
	"encoding/hex"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

func TestEncodeProp(t *testing.T) {
	day := time.Date(1970, 1, 1, 0, 0, 0, 100, time.UTC)
	for _, c := range []struct {
		prop Prop
		typ  mapi.PropType
		want string // hex; "error" when there is none
	}{
		{Prop{Value: "aä"}, mapi.TypeString, "6100e400"},
		{Prop{Value: "😀"}, mapi.TypeString, "3dd800de"},
		{Str8(1, "a\xE4"), mapi.TypeString8, "61e4"},
		{Str(1, ""), mapi.TypeString, ""},
		{Bin(1, []byte{1, 2}), mapi.TypeBinary, "0102"},
		{Prop{Value: true}, mapi.TypeBool, "01"},
		{Prop{Value: false}, mapi.TypeBool, "00"},
		{Prop{Value: -2}, mapi.TypeInt32, "feffffff"},
		{Prop{Type: mapi.TypeInt16, Value: -2}, mapi.TypeInt16, "feff"},
		{Prop{Value: int64(258)}, mapi.TypeInt64, "0201000000000000"},
		{Prop{Value: uint64(1) << 63}, mapi.TypeInt64, "0000000000000080"},
		{Prop{Value: 1.5}, mapi.TypeFloat64, "000000000000f83f"},
		{Prop{Value: float32(1.5)}, mapi.TypeFloat32, "0000c03f"},
		{Time(1, day), mapi.TypeTime, "01803ed5deb19d01"},
		{Prop{Type: mapi.TypeTime, Value: uint64(7)}, mapi.TypeTime, "0700000000000000"},
		{Prop{Value: []int{1, 2}}, mapi.TypeInt32 | mapi.MultiValue, "0100000002000000"},
		{Prop{Value: []string{"a", "", "bc"}}, mapi.TypeString | mapi.MultiValue, "03000000" + "10000000" + "12000000" + "12000000" + "6100" + "62006300"},
		{Prop{Value: [][]byte{{9}}}, mapi.TypeBinary | mapi.MultiValue, "010000000800000009"},
		{Prop{Value: mapi.PSetCommon}, mapi.TypeGUID, "0820060000000000c000000000000046"},
		{Prop{Type: mapi.TypeInt32, Value: []byte{1, 2, 3, 4}}, mapi.TypeInt32, "01020304"},
		{Prop{Type: mapi.TypeInt32, Value: []byte{1, 2, 3}}, mapi.TypeInt32, "error"},
		{Prop{Type: mapi.TypeTime, Value: "yesterday"}, mapi.TypeTime, "error"},
		{Prop{Value: nil}, mapi.TypeUnspecified, "error"},
		{Prop{Value: struct{}{}}, mapi.TypeUnspecified, "error"},
	} {
		typ, data, err := encodeProp(c.prop)
		got := hex.EncodeToString(data)
		if err != nil {
			got = "error"
		}
		if typ != c.typ || got != c.want {
			t.Errorf("%#v: type %v, bytes %s (%v), want %v and %s", c.prop, typ, got, err, c.typ, c.want)
		}
	}
}

// TestChecksums compares with values read off a file that Outlook wrote: the
// CRC of an empty PMap page's data and the hash of a property name.
func TestChecksums(t *testing.T) {
	if got := checksum(bytes.Repeat([]byte{0xFF}, 496)); got != 0xA1AAE76E {
		t.Errorf("checksum of 496 bytes FF is %#x", got)
	}
	if got := checksum(encodeString(mapi.TypeString, "content-class")); got != 0xE6008F65 {
		t.Errorf("checksum of a name is %#x", got)
	}
	if got := signature(0x9200, 0x17D); got != 0x937D {
		t.Errorf("signature is %#x", got)
	}
}

func TestPermuteIsPermutation(t *testing.T) {
	var seen [256]bool
	for _, b := range permuteTable {
		seen[b] = true
	}
	for i, ok := range seen {
		if !ok {
			t.Errorf("nothing is encoded as %#x", i)
		}
	}
}

// TestNameBuckets has entries as Outlook hashes them ([MS-PST] 2.4.7.5).
func TestNameBuckets(t *testing.T) {
	s := nameStreams{sets: []mapi.GUID{mapi.PSetAppointment, mapi.PSetCommon}}
	s.add(0x06, mapi.Name{Set: mapi.PSetAppointment, LID: 0x8205})
	s.add(0x13, mapi.Name{Set: mapi.PSPublicStrings, Str: "Keywords"})
	s.add(0x10, mapi.Name{Set: mapi.PSetCommon, LID: 0x8510})
	for bucket, want := range map[int]string{0x97: "0582000006000600", 0x65: "3b4dda2e05001300", 0xBB: "1085000008001000"} {
		if got := hex.EncodeToString(s.buckets[bucket]); got != want {
			t.Errorf("bucket %#x is %q, want %q", bucket, got, want)
		}
	}
	if got, want := hex.EncodeToString(s.strings), "10000000"+hex.EncodeToString(encodeString(mapi.TypeString, "Keywords")); got != want {
		t.Errorf("string stream %s, want %s", got, want)
	}
}
