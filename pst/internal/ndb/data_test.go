package ndb

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// TestPermute holds the decoding of eight bytes at a time against the table,
// at every length around it.
func TestPermute(t *testing.T) {
	for n := range 70 {
		plain := make([]byte, n)
		encoded := make([]byte, n+1) // one more, which must stay
		for i := range plain {
			plain[i] = byte(i*37 + n)
			encoded[i] = mpbbR[plain[i]]
		}
		encoded[n] = 0xAA
		permute(encoded[:n], 0)
		if !bytes.Equal(encoded[:n], plain) || encoded[n] != 0xAA {
			t.Errorf("%d bytes: % x, want % x", n, encoded, plain)
		}
	}
}

// TestDataReadAll reads values of sizes around those of blocks in one piece and
// as a stream.
func TestDataReadAll(t *testing.T) {
	full := unicodeLayout.maxData
	for _, size := range []int{5000, full - 1, full, full + 1, 3 * full, 3*full + 17, 40*full + 1} {
		want := make([]byte, size)
		for i := range want {
			want[i] = byte(i * i >> 3)
		}
		d := longest(t, want)
		got, err := d.ReadAll()
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: ReadAll gives %d, %v", size, len(got), err)
		}
		if cap(got) != len(got) {
			t.Errorf("%d bytes: an append would write behind them", size)
		}
		var copied bytes.Buffer
		if _, err := io.Copy(&copied, d.Reader()); err != nil || !bytes.Equal(copied.Bytes(), want) {
			t.Errorf("%d bytes: WriteTo gives %d, %v", size, copied.Len(), err)
		}
		streamed, err := io.ReadAll(d.Reader())
		if err != nil || !bytes.Equal(streamed, want) {
			t.Errorf("%d bytes: Reader gives %d, %v", size, len(streamed), err)
		}
	}
}

// TestCompressedTree reads a value of a 4K file whose XBLOCK is compressed: it has
// more entries than its compressed size has room for.
func TestCompressedTree(t *testing.T) {
	want := make([]byte, 70*wideLayout.maxData+1)
	for i := range want {
		want[i] = byte(i * i >> 3)
	}
	d := longestOf(t, psttest.Options{Format: psttest.FormatWide, Client: "SO"}, want)
	packed := 0
	for b, err := range d.f.blocks() {
		if err != nil {
			t.Fatal(err)
		}
		if b.bid.Internal() && b.size > 70*8 && b.cb < b.size {
			packed++
		}
	}
	if packed == 0 {
		t.Error("the XBLOCK is not compressed")
	}
	if got, err := d.ReadAll(); err != nil || !bytes.Equal(got, want) {
		t.Errorf("ReadAll gives %d of %d bytes, %v", len(got), len(want), err)
	}
	var copied bytes.Buffer
	if _, err := io.Copy(&copied, d.Reader()); err != nil || !bytes.Equal(copied.Bytes(), want) {
		t.Errorf("WriteTo gives %d of %d bytes, %v", copied.Len(), len(want), err)
	}
	if damage := d.f.Log.List(); len(damage) > 0 {
		t.Errorf("damage %v", damage)
	}
}

// TestDataReadAllDamaged loses a block in the middle.
func TestDataReadAllDamaged(t *testing.T) {
	full := unicodeLayout.maxData
	want := bytes.Repeat([]byte("0123456789abcdef"), 3*full/16)
	d := longest(t, want)
	missing := errors.New("missing")
	d.leafs[1].err = missing
	got, err := d.ReadAll()
	if !errors.Is(err, missing) || !bytes.Equal(got, want[:full]) {
		t.Errorf("%d bytes, %v; want the %d before the fault", len(got), err, full)
	}
}

// TestReaderRepeatedBlock lists a block again and goes back in the file: what was
// read ahead is decoded in place and must not be given twice.
func TestReaderRepeatedBlock(t *testing.T) {
	full := unicodeLayout.maxData
	want := make([]byte, 5*full)
	for i := range want {
		want[i] = byte(i * i >> 5)
	}
	d := longest(t, want)
	order := []int{0, 1, 1, 2, 0, 1, 2, 3, 3, 4, 4, 0}
	var leafs []leaf
	var twice []byte
	for _, i := range order {
		leafs = append(leafs, d.leafs[i])
		twice = append(twice, want[i*full:(i+1)*full]...)
	}
	d.leafs, d.size = leafs, int64(len(twice))
	got, err := io.ReadAll(d.Reader())
	if err != nil || !bytes.Equal(got, twice) {
		t.Errorf("%d bytes, %v; equal %v", len(got), err, bytes.Equal(got, twice))
	}
	if damage := d.f.Log.List(); len(damage) > 0 {
		t.Errorf("damage %v", damage)
	}
}

// TestReaderCutOff ends the file in the middle of a run of blocks.
func TestReaderCutOff(t *testing.T) {
	full := unicodeLayout.maxData
	want := bytes.Repeat([]byte("0123456789abcdef"), 4*full/16)
	for _, lost := range []int{1, 2, 3} {
		d := longest(t, want)
		d.f.size = d.leafs[lost].ib + 100
		var to bytes.Buffer
		n, err := io.Copy(&to, d.Reader())
		var at *Error
		if !errors.As(err, &at) || n != int64(lost*full) || !bytes.Equal(to.Bytes(), want[:n]) {
			t.Errorf("%d bytes, %v; want those of %d blocks and an error", n, err, lost)
		}
	}
}

// TestReaderEOFInside has a fault whose cause is an end of file, which is not the
// end of the value.
func TestReaderEOFInside(t *testing.T) {
	full := unicodeLayout.maxData
	d := longest(t, bytes.Repeat([]byte("0123456789abcdef"), 3*full/16))
	d.leafs[2].err = &Error{Structure: "BLOCK", Err: io.EOF}
	n, err := io.Copy(io.Discard, d.Reader())
	var at *Error
	if !errors.As(err, &at) || n != int64(2*full) {
		t.Errorf("%d bytes, %v; want those of two blocks and an error", n, err)
	}
}

// longest writes a message with a value and gives the value's data: the longest
// that the message has.
func longest(t *testing.T, value []byte) *Data {
	t.Helper()
	return longestOf(t, psttest.Options{Encryption: psttest.EncryptPermute}, value)
}

func longestOf(t *testing.T, o psttest.Options, value []byte) *Data {
	t.Helper()
	m := psttest.Mail("subject", "ann@example.org", "", "").With(psttest.Bin(mapi.HTML, value))
	b, err := psttest.Bytes(&psttest.Tree{
		Options: o,
		Folders: []psttest.Folder{{Name: "Inbox", Messages: []*psttest.Message{m}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	f := open(t, b)
	var found *Data
	for n, err := range f.Nodes() {
		if err != nil {
			t.Fatal(err)
		}
		if n.NID.Type() != TypeMessage {
			continue
		}
		for sub, err := range f.Subnodes(n.Sub).All() {
			if err != nil {
				t.Fatal(err)
			}
			d, err := f.Data(sub.Data)
			if err != nil {
				t.Fatal(err)
			}
			if found == nil || d.Size() > found.Size() {
				found = d
			}
		}
	}
	if found == nil || found.Size() != int64(len(value)) {
		t.Fatalf("the value of %d bytes was not found", len(value))
	}
	return found
}
