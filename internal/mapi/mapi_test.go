package mapi_test

import (
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

func TestFileTime(t *testing.T) {
	for ft, want := range map[uint64]string{
		116444736000000000:  "1970-01-01T00:00:00Z",
		133540997507000000:  "2024-03-05T08:09:10.7Z",
		1:                   "1601-01-01T00:00:00.0000001Z",
		0:                   "",
		0x0CB34557A3DD4000:  "", // 4501-01-01
		2650467744000000000: "",
		^uint64(0):          "",
	} {
		got, ok := mapi.FileTime(ft)
		if ok != (want != "") || ok && got.Format(time.RFC3339Nano) != want {
			t.Errorf("%d: %v, %v, want %q", ft, got, ok, want)
		}
		if ok && mapi.ToFileTime(got) != ft {
			t.Errorf("%d does not come back", ft)
		}
	}
}

func TestElements(t *testing.T) {
	list := func(t mapi.PropType, s string) mapi.Value {
		return mapi.Value{Type: t | mapi.MultiValue, Data: []byte(s)}
	}
	for name, tc := range map[string]struct {
		v    mapi.Value
		want []string
		err  bool
	}{
		"numbers":             {list(mapi.TypeInt32, "\x01\x00\x00\x00\x02\x00\x00\x00"), []string{"\x01\x00\x00\x00", "\x02\x00\x00\x00"}, false},
		"a cut number":        {list(mapi.TypeInt32, "\x01\x00\x00\x00\x02"), []string{"\x01\x00\x00\x00"}, true},
		"bytes":               {list(mapi.TypeBinary, "\x02\x00\x00\x00\x0c\x00\x00\x00\x0d\x00\x00\x00abb"), []string{"a", "bb"}, false},
		"no elements":         {list(mapi.TypeBinary, "\x00\x00\x00\x00"), nil, false},
		"nothing":             {list(mapi.TypeBinary, ""), nil, true},
		"a count that lies":   {list(mapi.TypeBinary, "\xff\xff\xff\xff\x0c\x00\x00\x00"), nil, true},
		"an offset that lies": {list(mapi.TypeBinary, "\x02\x00\x00\x00\x0c\x00\x00\x00\xff\x00\x00\x00ab"), nil, true},
		"offsets backwards":   {list(mapi.TypeBinary, "\x02\x00\x00\x00\x0d\x00\x00\x00\x0c\x00\x00\x00ab"), []string{"ab"}, true},
		"no list":             {mapi.Value{Type: mapi.TypeInt32, Data: []byte("1234")}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tc.v.Elements()
			if (err != nil) != tc.err || len(got) != len(tc.want) {
				t.Fatalf("got %q, %v", got, err)
			}
			for i, v := range got {
				if string(v.Data) != tc.want[i] || v.Type.IsMultiple() {
					t.Errorf("element %d: %q of type %s", i, v.Data, v.Type)
				}
			}
		})
	}
}

func TestGUID(t *testing.T) {
	const s = "6ED8DA90-450B-101B-98DA-00AA003F1305"
	if got := mapi.MustGUID(s).String(); got != s {
		t.Errorf("got %s", got)
	}
	if mapi.MustGUID(s)[0] != 0x90 {
		t.Error("the first field is not little-endian")
	}
}

func TestHasClass(t *testing.T) {
	for _, tc := range []struct {
		class, prefix string
		want          bool
	}{
		{"IPM.Note", "IPM.Note", true}, {"ipm.note.SMIME", "IPM.Note", true}, {"IPM.NoteX", "IPM.Note", false}, {"IPM", "IPM.Note", false},
	} {
		if got := mapi.HasClass(tc.class, tc.prefix); got != tc.want {
			t.Errorf("%q, %q: %v", tc.class, tc.prefix, got)
		}
	}
}

func FuzzElements(f *testing.F) {
	f.Add(uint16(mapi.TypeBinary), []byte("\x02\x00\x00\x00\x0c\x00\x00\x00\x0d\x00\x00\x00abb"))
	f.Fuzz(func(t *testing.T, typ uint16, b []byte) {
		list, _ := mapi.Value{Type: mapi.PropType(typ) | mapi.MultiValue, Data: b}.Elements()
		total := 0
		for _, v := range list {
			total += len(v.Data)
		}
		if len(list) > len(b) {
			t.Errorf("%d elements out of %d bytes", len(list), len(b))
		}
	})
}
