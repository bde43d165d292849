package ndb

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/psttest"
)

// FuzzHeader reads the start of a file: a sentinel or a header, and always the same.
func FuzzHeader(f *testing.F) {
	for _, o := range fuzzOptions {
		b, err := (&psttest.Raw{Options: o}).Bytes()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[:564])
	}
	f.Add([]byte("!BDN0000SM%\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var log DamageLog
		l, h, err := readHeader(bytes.NewReader(b), int64(len(b)), &log)
		_, again, _ := readHeader(bytes.NewReader(b), int64(len(b)), new(DamageLog))
		if h != again {
			t.Errorf("%+v, then %+v", h, again)
		}
		if err == nil {
			if h.Format != l.name || h.Kind == "" {
				t.Errorf("header %+v of layout %s", h, l.name)
			}
			return
		}
		if !errors.Is(err, ErrNotDataFile) && !errors.Is(err, ErrUnsupported) {
			t.Errorf("no sentinel: %v", err)
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("not one line: %q", err)
		}
	})
}

// fuzzOptions are the formats; which one an input is for is one of its bytes.
var fuzzOptions = []psttest.Options{
	{}, {Encryption: psttest.EncryptPermute}, {Encryption: psttest.EncryptCyclic},
	{Format: psttest.FormatANSI, Encryption: psttest.EncryptCyclic}, {Format: psttest.FormatWide, Client: "SO"},
}

var fuzzLayouts = []*layout{&unicodeLayout, &ansiLayout, &wideLayout}

// FuzzPage reads one page as each kind: no entry lies outside of the page, and
// no block is larger than the format has.
func FuzzPage(f *testing.F) {
	for i, o := range []psttest.Options{{}, {Format: psttest.FormatANSI}, {Format: psttest.FormatWide}} {
		b, err := (&psttest.Raw{Options: o, Blocks: []psttest.RawBlock{{Data: []byte("x")}}, Nodes: []psttest.RawNode{{NID: 0x21, Data: 4}}}).Bytes()
		if err != nil {
			f.Fatal(err)
		}
		file, err := Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			f.Fatal(err)
		}
		for _, ref := range []bref{file.nbt, file.bbt} {
			f.Add(byte(i), b[ref.ib:ref.ib+int64(file.layout.pageSize)])
		}
	}
	f.Fuzz(func(t *testing.T, which byte, b []byte) {
		l := fuzzLayouts[int(which)%len(fuzzLayouts)]
		p := make([]byte, l.pageSize)
		copy(p, b)
		file := &File{layout: l, Log: new(DamageLog), r: bytes.NewReader(p), size: int64(len(p))}
		for _, ptype := range []uint8{pageNBT, pageBBT} {
			got, err := file.page(bref{bid: 4}, ptype)
			if err != nil {
				continue
			}
			if len(got.entries) > l.pageEntries || len(got.entries) != got.count*got.entrySize {
				t.Errorf("%d entries of %d bytes in %d", got.count, got.entrySize, len(got.entries))
			}
			for i := range got.count {
				e := got.entry(i)
				if got.level > 0 {
					_, _ = file.child(got, i, ptype) // the only page is here, so it is no level below
				} else if ptype == pageNBT {
					file.parseNode(e)
				} else if bl, err := file.parseBlock(e, 0); err == nil && max(bl.cb, bl.size) > l.maxData {
					t.Errorf("a block of %d bytes, %d in the file", bl.size, bl.cb)
				}
			}
		}
		n := 0
		file.nbt, file.bbt = bref{bid: 4}, bref{bid: 4}
		for range file.Nodes() {
			n++
		}
		for range file.blocks() {
			n++
		}
		if n > 2*l.pageEntries {
			t.Errorf("%d entries of one page", n)
		}
	})
}

// FuzzBlock reads one compressed block: what it gives is of the declared size,
// or there is an error, and what a compressor made comes back.
func FuzzBlock(f *testing.F) {
	f.Add([]byte("All work and no play. All work and no play."), uint16(0))
	f.Add(bytes.Repeat([]byte("a"), 60_000), uint16(7))
	f.Fuzz(func(t *testing.T, data []byte, less uint16) {
		data = data[:min(len(data), wideLayout.maxData)]
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		_, _ = w.Write(data) // into memory
		_ = w.Close()
		for _, stored := range [][]byte{z.Bytes(), data} {
			size := max(len(data)-int(less), 0)
			if len(stored) > wideLayout.maxData || len(stored) == size {
				continue
			}
			raw := make([]byte, (len(stored)+24+511)/512*512)
			copy(raw, stored)
			file := &File{layout: &wideLayout, Log: new(DamageLog), r: bytes.NewReader(raw), size: int64(len(raw)), decode: decoderFor(EncryptionNone)}
			got, err := file.readBlock(block{cb: len(stored), size: size}, nil)
			if err == nil && len(got) != size {
				t.Errorf("%d bytes of %d", len(got), size)
			}
			if less == 0 && len(stored) == z.Len() && (err != nil || !bytes.Equal(got, data)) {
				t.Errorf("%d of %d bytes come back: %v", len(got), len(data), err)
			}
			if less > 0 && size < len(data) && len(stored) == z.Len() && bytes.Equal(stored, z.Bytes()) && err == nil {
				t.Errorf("%d bytes of %d, and no error", size, len(data))
			}
		}
	})
}

// FuzzDataTree makes blocks of structure of the input, and reads each as the
// data tree and as the subnode tree of a node: what it yields is bounded by the
// file, and a value is the same in one piece and as a stream.
func FuzzDataTree(f *testing.F) {
	x := []byte{1, 1, 2, 0, 20, 0, 0, 0}
	x = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(x, psttest.RawBID(0, false)), psttest.RawBID(1, false))
	xx := binary.LittleEndian.AppendUint64([]byte{1, 2, 1, 0, 20, 0, 0, 0}, psttest.RawBID(2, true))
	sl := binary.LittleEndian.AppendUint64([]byte{2, 0, 1, 0, 0, 0, 0, 0}, 0x8025)
	sl = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(sl, psttest.RawBID(3, true)), 0)
	si := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64([]byte{2, 1, 1, 0, 0, 0, 0, 0}, 0x8025), psttest.RawBID(4, true))
	for i := range fuzzOptions {
		f.Add(byte(i), x, xx, sl, si)
		f.Add(byte(i), xx, xx, si, si)
	}
	f.Fuzz(func(t *testing.T, which byte, a, b, c, d []byte) {
		r := psttest.Raw{Options: fuzzOptions[int(which)%len(fuzzOptions)]}
		r.Blocks = []psttest.RawBlock{{Data: []byte("0123456789")}, {Data: []byte("abcdefghij")}, {Data: a, Internal: true}, {Data: b, Internal: true}, {Data: c, Internal: true}, {Data: d, Internal: true}}
		raw, err := r.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		file, err := Open(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatal(err)
		}
		for i := range r.Blocks {
			bid := BID(psttest.RawBID(i, r.Blocks[i].Internal))
			readTree(t, file, bid)
			readSubnodes(t, file, bid)
		}
	})
}

func readTree(t *testing.T, f *File, bid BID) {
	d, err := f.Data(bid)
	if err != nil {
		return
	}
	if n := int64(d.Blocks()) * int64(f.layout.blockAlign); n > f.size {
		t.Errorf("%d blocks in a file of %d bytes", d.Blocks(), f.size)
	}
	whole, err := d.ReadAll()
	if err == nil && int64(len(whole)) != d.Size() {
		t.Errorf("%d bytes of %d", len(whole), d.Size())
	}
	streamed, serr := io.ReadAll(d.Reader())
	if (err == nil) != (serr == nil) || !bytes.Equal(whole, streamed) {
		t.Errorf("%d bytes in one piece (%v), %d as a stream (%v)", len(whole), err, len(streamed), serr)
	}
}

func readSubnodes(t *testing.T, f *File, bid BID) {
	s := f.Subnodes(bid)
	n := 0
	for sub, err := range s.All() {
		if n++; err == nil {
			_, _ = s.Lookup(sub.NID) // absent where the entries are not in order
		}
	}
	if int64(n) > f.size/4 {
		t.Errorf("%d subnodes in a file of %d bytes", n, f.size)
	}
}
