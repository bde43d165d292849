package pst

import (
	"encoding/binary"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// FuzzName reads an entry of the name-to-id map: a name that the streams have,
// or an error, and the same both times.
func FuzzName(f *testing.F) {
	strs := append(binary.LittleEndian.AppendUint32(nil, 6), "a\x00b\x00c\x00"...)
	f.Add([]byte{0, 0, 0, 0, 2<<1 | 1, 0, 0, 0}, []byte{}, strs)
	f.Add([]byte{1, 0x81, 0, 0, 3 << 1, 0, 0, 0}, make([]byte, 16), strs)
	f.Add([]byte{0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0}, make([]byte, 16), strs)
	f.Fuzz(func(t *testing.T, e, guids, strs []byte) {
		if len(e) < 8 {
			return
		}
		n, err := parseName(e, guids, strs)
		again, aerr := parseName(e, guids, strs)
		if n != again || (err == nil) != (aerr == nil) {
			t.Errorf("%v %v, then %v %v", n, err, again, aerr)
		}
		if err == nil && len(n.Str) > 2*len(strs) {
			t.Errorf("a name of %d bytes in a stream of %d", len(n.Str), len(strs))
		}
		if err == nil && n.Str != "" && n.LID != 0 {
			t.Errorf("%v has a name and a number", n)
		}
		if i := int(binary.LittleEndian.Uint16(e[4:]) >> 1); err == nil && i > 2 && n.Set != mapi.GUID(guids[16*(i-3):]) {
			t.Errorf("the set is %v", n.Set)
		}
	})
}
