package ndb

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/pst2imap/pst2imap/internal/psttest"
)

// open reads a file that is in memory.
func open(tb testing.TB, b []byte) *File {
	tb.Helper()
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// manyNodes is a file with B-trees of several levels.
func manyNodes(tb testing.TB) *File {
	tb.Helper()
	var all []*psttest.Message
	for i := range 5000 {
		all = append(all, psttest.Mail(fmt.Sprint("subject ", i), "ann@example.org", "bob@example.org", "text"))
	}
	b, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{{Name: "Inbox", Messages: all}}})
	if err != nil {
		tb.Fatal(err)
	}
	return open(tb, b)
}

func BenchmarkNodeLookup(b *testing.B) {
	f := manyNodes(b)
	var nids []NID
	for n, err := range f.Nodes() {
		if err != nil {
			b.Fatal(err)
		}
		nids = append(nids, n.NID)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := f.Node(nids[i*7919%len(nids)]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBlockLookup(b *testing.B) {
	f := manyNodes(b)
	var bids []BID
	for e, err := range f.blocks() {
		if err != nil {
			b.Fatal(err)
		}
		bids = append(bids, e.bid)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := f.block(bids[i*7919%len(bids)]); err != nil {
			b.Fatal(err)
		}
	}
}

// oneBlock makes a file that is nothing but a block, and says where it is.
func oneBlock(l *layout, e Encryption, stored []byte, size int) (*File, block) {
	const bid = 4
	padded := (len(stored) + l.blockTrailer + l.blockAlign - 1) / l.blockAlign * l.blockAlign
	raw := make([]byte, padded)
	copy(raw, stored)
	t := raw[padded-l.blockTrailer:]
	binary.LittleEndian.PutUint16(t, uint16(len(stored)))
	binary.LittleEndian.PutUint16(t[2:], Signature(0, bid))
	binary.LittleEndian.PutUint32(t[4:], CRC(stored))
	binary.LittleEndian.PutUint64(t[8:], bid)
	f := &File{Log: new(DamageLog), r: bytes.NewReader(raw), size: int64(padded), layout: l, decode: decoderFor(e)}
	return f, block{bid: bid, cb: len(stored), size: size}
}

func deflated(b []byte) []byte {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	_, _ = z.Write(b) // to memory
	_ = z.Close()
	return out.Bytes()
}

func BenchmarkReadBlock(b *testing.B) {
	data := bytes.Repeat([]byte("What a block of mail may say. "), 3000)
	plain, wide := data[:unicodeLayout.maxData], data[:wideLayout.maxData]
	for _, c := range []struct {
		name   string
		layout *layout
		encode Encryption
		stored []byte
		size   int
	}{
		{"none", &unicodeLayout, EncryptionNone, plain, len(plain)},
		{"permute", &unicodeLayout, EncryptionPermute, plain, len(plain)},
		{"cyclic", &unicodeLayout, EncryptionCyclic, plain, len(plain)},
		{"zlib", &wideLayout, EncryptionNone, deflated(wide), len(wide)},
	} {
		b.Run(c.name, func(b *testing.B) {
			f, ref := oneBlock(c.layout, c.encode, c.stored, c.size)
			b.SetBytes(int64(c.size))
			b.ReportAllocs()
			var buf []byte
			var err error
			for b.Loop() {
				if buf, err = f.readBlock(ref, buf); err != nil {
					b.Fatal(err)
				}
			}
			if len(buf) != c.size || len(f.Log.List()) > 0 {
				b.Fatalf("%d bytes of %d, damage %v", len(buf), c.size, f.Log.List())
			}
		})
	}
}
