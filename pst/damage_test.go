package pst_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst"
)

// readAll reads everything there is and gives the number of messages,
// embedded ones among them, whose properties could be read.
func readAll(t testing.TB, s *pst.Store) (messages int) {
	t.Helper()
	inv, err := s.Inventory()
	if err != nil {
		return 0
	}
	listed := 0
	for _, f := range inv.Folders {
		listed += len(f.Items)
		for _, id := range f.Items {
			if m, err := s.Message(id); err == nil {
				messages += readMessage(t, m, 0)
			}
		}
	}
	if listed != inv.Messages {
		t.Fatalf("folders list %d items, the node B-tree has %d", listed, inv.Messages)
	}
	return messages
}

func readMessage(t testing.TB, m *pst.Message, depth int) int {
	t.Helper()
	n := 1
	readProperties(t, m.Properties)
	rows, _ := m.Recipients() // an error here is one more way to be damaged
	for _, r := range rows {
		readProperties(t, r.Properties)
	}
	list, _ := m.Attachments()
	for _, a := range list {
		readProperties(t, a.Properties)
		if sub, err := a.Message(); err == nil && depth < 10 {
			n += readMessage(t, sub, depth+1)
		}
	}
	return n
}

// maxValue bounds what one value can be: nothing in these files is larger.
const maxValue = 64 << 20

func readProperties(t testing.TB, p *pst.Properties) {
	t.Helper()
	for id := range p.All() {
		_, _ = p.Text(id)
		_ = p.Texts(id)
		_, _ = p.Int(id)
		if r, _, err := p.Open(id); err == nil {
			if n, _ := io.Copy(io.Discard, io.LimitReader(r, maxValue+1)); n > maxValue {
				t.Fatalf("property %s has more than %d bytes", id, maxValue)
			}
		}
	}
	_ = p.Has(mapi.Subject)
}

func read(t testing.TB, b []byte) (messages int, damage []pst.Damage) {
	t.Helper()
	s, err := pst.New(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return 0, nil
	}
	inTime := bound(t)
	n := readAll(t, s)
	inTime()
	return n, s.Damage()
}

// TestTruncated cuts a file at many places: what is left is read, nothing hangs.
func TestTruncated(t *testing.T) {
	b := sample(t)
	if n, damage := read(t, b); n != 3 || len(damage) != 0 {
		t.Fatalf("%d messages, damage %v", n, damage)
	}
	for cut := 0; cut < len(b); cut += 997 {
		read(t, b[:cut])
	}
}

// TestMutated changes bytes at random, seeded: no panic, no hang, and a change
// in a page or block that was visited is reported.
func TestMutated(t *testing.T) {
	good := sample(t)
	rounds := 400
	if testing.Short() {
		rounds = 50
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range rounds {
		b := bytes.Clone(good)
		for range 1 + rng.IntN(4) {
			off := rng.IntN(len(b))
			for range 1 + rng.IntN(8) {
				b[off] = byte(rng.Uint32())
				off = (off + 1) % len(b)
			}
		}
		read(t, b)
	}
}

// TestEveryChangedByteOfABlockIsReported flips each byte that a checksum of
// something visited covers, and expects damage or an error.
func TestEveryChangedByteOfABlockIsReported(t *testing.T) {
	good := sample(t)
	visited := make([]bool, len(good))
	s, err := pst.New(&recorder{good, visited}, int64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	readAll(t, s)
	step := 61
	if testing.Short() {
		step = 307
	}
	for off := 564; off < len(good); off += step {
		if !visited[off] {
			continue
		}
		b := bytes.Clone(good)
		b[off] ^= 0x10
		if n, damage := read(t, b); n == 3 && len(damage) == 0 && !padding(good, off) {
			t.Errorf("a change at 0x%x was not noticed", off)
		}
	}
}

// padding tells whether a byte may lie between the data of a block and its
// trailer, where no checksum looks: blocks end at multiples of 64 bytes with a
// trailer of 16, and everything from the byte up to the next or but one is zero.
func padding(b []byte, off int) bool {
	for _, end := range []int{(off/64+1)*64 - 16, (off/64+2)*64 - 16} {
		if off < end && bytes.Equal(b[off:end], make([]byte, end-off)) {
			return true
		}
	}
	return false
}

// recorder notes which bytes are read.
type recorder struct {
	b    []byte
	seen []bool
}

func (r *recorder) ReadAt(p []byte, off int64) (int, error) {
	n, err := bytes.NewReader(r.b).ReadAt(p, off)
	for i := range n {
		r.seen[int(off)+i] = true
	}
	return n, err
}

func FuzzRead(f *testing.F) {
	f.Add(sample(f), uint32(0x4600), byte(0xFF))
	f.Fuzz(func(t *testing.T, b []byte, off uint32, v byte) {
		if len(b) > 0 {
			b = bytes.Clone(b)
			b[int(off)%len(b)] ^= v
		}
		read(t, b)
	})
}
