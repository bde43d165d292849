package pst_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// The mutation campaign: changed files of every format must never crash or hang
// the reader, what was not touched must come back as it was, and a changed byte
// that a checksum covers must be noticed. PST2IMAP_CAMPAIGN says how many
// mutations, PST2IMAP_SEED where to begin; "make fuzz-long" does 10,000.
func TestCampaign(t *testing.T) {
	count := campaignNumber(t, "PST2IMAP_CAMPAIGN", 240)
	seed := campaignNumber(t, "PST2IMAP_SEED", 1)
	bases := campaignBases(t)
	t.Logf("%d mutations over %d files, seed %d", count, len(bases), seed)
	survived, total := 0, 0
	for i := range count {
		b := baseOf(bases, i)
		s, n := b.try(t, uint64(seed+i))
		survived, total = survived+s, total+n
		if t.Failed() {
			t.Fatalf("%s with seed %d", b.name, seed+i)
		}
	}
	t.Logf("%d of %d messages were not touched, and came back as they were", survived, total)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if os.Getenv("PST2IMAP_CAMPAIGN") != "" && m.Sys > 512<<20 { // only where no other test ran before
		t.Errorf("%d MiB of memory were taken", m.Sys>>20)
	}
}

func campaignNumber(t *testing.T, name string, otherwise int) int {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		return otherwise
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// base is a good file and what reading each of its messages takes.
type base struct {
	name    string
	data    []byte
	ids     []pst.NodeID
	digests map[pst.NodeID][32]byte
	touches map[pst.NodeID][]span
	visited []bool // by a check of everything
	alone   int    // size of blocks' alignment
	trailer int
	filled  bool // what lies between data and trailers of blocks may be anything
}

type span struct{ from, to int }

func campaignBases(t *testing.T) []*base {
	t.Helper()
	var out []*base
	for _, o := range variants {
		b, err := psttest.Bytes(&psttest.Tree{Options: o, Folders: campaignFolders()})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, newBase(t, fmt.Sprintf("%s%d", o.Format, o.Encryption), b, o.Format))
	}
	pab, err := psttest.Bytes(&psttest.Tree{Options: psttest.Options{Format: psttest.FormatANSI, Client: "AB"}, Folders: campaignFolders()})
	if err != nil {
		t.Fatal(err)
	}
	demo, err := os.ReadFile("../testdata/demo.pst")
	if err != nil {
		t.Fatal(err)
	}
	out = append(out, newBase(t, "pab", pab, psttest.FormatANSI), newBase(t, "demo", demo, psttest.FormatUnicode))
	return append(out, realBases(t)...)
}

// realFiles are files of the corpus, of each format that it has; those that
// another reader finds more in than is there are not among them.
var realFiles = []struct {
	name   string
	format psttest.Format
}{
	{"97_outlook_pass12345.pst", psttest.FormatANSI},
	{"pstsdk-sample2.pst", psttest.FormatANSI},
	{"pstsdk-submessage.pst", psttest.FormatUnicode},
	{"2003_high-encryption_quickquick.pst", psttest.FormatUnicode}, // cyclic
	{"pstextractortest@outlook.com.ost", psttest.FormatWide},
}

// realBases are real files as bases, none where the corpus is not there.
func realBases(t *testing.T) (out []*base) {
	t.Helper()
	dir, ok := testneed.HasCorpus(t)
	if !ok {
		t.Log("without real files: the corpus is not there")
	}
	for _, r := range realFiles {
		if !ok {
			break
		}
		data, err := os.ReadFile(filepath.Join(dir, r.name))
		if err != nil {
			t.Fatal(err)
		}
		b := newBase(t, r.name, data, r.format)
		b.filled = true
		out = append(out, b)
	}
	return out
}

// baseOf is the base of the i-th mutation. The large ones take a second each
// and come once in twenty rounds.
func baseOf(bases []*base, i int) *base {
	b := bases[i%len(bases)]
	if round := i / len(bases); len(b.data) > 1<<20 && round%20 != 0 {
		return bases[round%len(variants)]
	}
	return b
}

func campaignFolders() []psttest.Folder {
	body := bytes.Repeat([]byte("All work and no play. "), 1500)
	var folders []psttest.Folder
	for i := range 3 {
		f := psttest.Folder{Name: fmt.Sprint("folder ", i)}
		for k := range 8 {
			m := psttest.Mail(fmt.Sprint(i, " ", k), "a@example.org", "b@example.org", string(body[:k*4000+10]))
			if k%3 == 0 {
				m.Attach(psttest.ByValue("a.bin", "", body[:k*3000]), psttest.Embed(psttest.Mail("in", "c@example.org", "", "x")))
			}
			f.Messages = append(f.Messages, m)
		}
		folders = append(folders, f)
	}
	return folders
}

func newBase(t *testing.T, name string, data []byte, f psttest.Format) *base {
	t.Helper()
	b := &base{name: name, data: data, digests: map[pst.NodeID][32]byte{}, touches: map[pst.NodeID][]span{}, alone: 64, trailer: 16}
	switch f {
	case psttest.FormatANSI:
		b.trailer = 12
	case psttest.FormatWide:
		b.alone, b.trailer = 512, 24
	}
	for _, folder := range inventory(t, open(t, data)).Folders {
		b.ids = append(b.ids, folder.Items...)
	}
	for _, id := range b.ids {
		r := &tracker{r: bytes.NewReader(data)}
		s, err := pst.New(r, int64(len(data))) // afresh, so that no page is cached
		if err != nil {
			t.Fatal(err)
		}
		sum, err := digestItem(s, id)
		if err != nil {
			t.Fatal(err)
		}
		b.digests[id], b.touches[id] = sum, r.spans
	}
	b.visited = make([]bool, len(data))
	s, err := pst.New(&recorder{data, b.visited}, int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Check(t.Context(), nil); err != nil || len(s.Damage()) > 0 {
		t.Fatalf("%s: %v, damage %v", name, err, s.Damage())
	}
	return b
}

type tracker struct {
	r     io.ReaderAt
	spans []span
}

func (r *tracker) ReadAt(p []byte, off int64) (int, error) {
	n, err := r.r.ReadAt(p, off)
	r.spans = append(r.spans, span{int(off), int(off) + n})
	return n, err
}

// digestItem hashes everything about an item; the error says that a part of it
// could not be read.
func digestItem(s *pst.Store, id pst.NodeID) ([32]byte, error) {
	m, err := s.Message(id)
	if err != nil {
		return [32]byte{}, err
	}
	h := sha256.New()
	err = digestMessage(h, m, 0)
	return [32]byte(h.Sum(nil)), err
}

func digestMessage(h hash.Hash, m *pst.Message, depth int) error {
	if err := digestProperties(h, m.Properties); err != nil || depth > 20 {
		return err
	}
	rows, err := m.Recipients()
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := digestProperties(h, r.Properties); err != nil {
			return err
		}
	}
	list, err := m.Attachments()
	if err != nil {
		return err
	}
	for _, a := range list {
		if a.Err() != nil {
			return a.Err()
		}
		if err := digestProperties(h, a.Properties); err != nil {
			return err
		}
		if n, _ := a.Int(pst.PropAttachMethod); n == 5 {
			sub, err := a.Message()
			if err != nil {
				return err
			}
			if err := digestMessage(h, sub, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func digestProperties(h hash.Hash, p *pst.Properties) error {
	for id, typ := range p.All() {
		fmt.Fprintf(h, "%v %v ", id, typ)
		r, size, err := p.Open(id)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%d ", size)
		if n, err := io.Copy(h, io.LimitReader(r, maxValue+1)); err != nil || n > maxValue {
			return fmt.Errorf("%d bytes of property %v: %w", n, id, err)
		}
	}
	return nil
}

// try makes one mutation and tells how many messages it left alone.
func (b *base) try(t *testing.T, seed uint64) (survived, total int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 7))
	data, changed := b.mutate(rng)
	done := make(chan struct{})
	go func() {
		defer close(done)
		survived = b.check(t, data, changed)
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		buf := make([]byte, 1<<16)
		t.Fatalf("%s, seed %d: reading hangs\n%s", b.name, seed, buf[:runtime.Stack(buf, true)])
	}
	return survived, len(b.ids)
}

// check reads the changed file in every way.
func (b *base) check(t *testing.T, data []byte, changed []span) (survived int) {
	s, err := pst.New(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		if !touched([]span{{0, 564}}, changed) && len(data) >= 564 {
			t.Errorf("the header is as it was, but: %v", err)
		}
		return 0
	}
	readAll(t, s)
	for _, id := range b.ids {
		if touched(b.touches[id], changed) {
			continue
		}
		survived++
		if sum, err := digestItem(s, id); err != nil || sum != b.digests[id] {
			t.Errorf("item %v was not touched, but is not what it was: %v", id, err)
		}
	}
	if _, _, err := s.Check(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if len(changed) == 1 && changed[0].to == changed[0].from+1 {
		if off := changed[0].from; off < len(data) && data[off] != b.data[off] && b.visited[off] && !b.filled && !b.padding(off) && len(s.Damage()) == 0 {
			t.Errorf("a changed byte at 0x%x was not noticed", off)
		}
	}
	if err := s.DeepScan(t.Context(), nil); err != nil {
		t.Error(err)
	}
	readAll(t, s)
	return survived
}

// padding tells whether a byte may lie between the data of a block and its
// trailer, or behind the checksum of a trailer, where no checksum looks.
func (b *base) padding(off int) bool {
	for k := 1; k <= 2; k++ {
		end := (off/b.alone+k)*b.alone - b.trailer
		if off < end && bytes.Equal(b.data[off:end], make([]byte, end-off)) {
			return true
		}
	}
	return b.trailer == 24 && off%b.alone >= b.alone-8 // fields of 4K trailers that nobody knows
}

func touched(spans, changed []span) bool {
	for _, s := range spans {
		for _, c := range changed {
			if s.from < c.to && c.from < s.to {
				return true
			}
		}
	}
	return false
}

// mutate changes a copy of the file in one of many ways and tells where.
func (b *base) mutate(rng *rand.Rand) ([]byte, []span) {
	data := bytes.Clone(b.data)
	size := len(data)
	var changed []span
	fill := func(from, n int, value func() byte) {
		to := min(from+n, size)
		for i := from; i < to; i++ {
			data[i] = value()
		}
		changed = append(changed, span{from, to})
	}
	random := func() byte { return byte(rng.Uint32()) }
	zero := func() byte { return 0 }
	sector := func() int { return rng.IntN(size/512) * 512 }
	switch rng.IntN(9) {
	case 0: // one byte of what is read
		off := b.usedByte(rng)
		data[off] ^= byte(1 + rng.IntN(255))
		changed = []span{{off, off + 1}}
	case 1:
		for range 1 + rng.IntN(20) {
			fill(b.usedByte(rng), 1+rng.IntN(8), random)
		}
	case 2:
		fill(sector(), 512*(1+rng.IntN(8)), zero)
	case 3:
		fill(sector(), 512, random)
	case 4: // two sectors change places
		from, to := sector(), sector()
		copy(data[from:from+512], b.data[to:to+512])
		copy(data[to:to+512], b.data[from:from+512])
		changed = []span{{from, from + 512}, {to, to + 512}}
	case 5:
		cut := rng.IntN(size)
		return data[:cut], []span{{cut, size}}
	case 6:
		more := make([]byte, rng.IntN(100_000))
		return append(data, more...), nil
	case 7: // a field that points, counts or tells a size, with the checksum made right
		changed = b.redirect(rng, data)
	case 8:
		fill(rng.IntN(564), 1+rng.IntN(16), random)
	}
	return data, changed
}

// usedByte is a byte that is read, for the others teach little.
func (b *base) usedByte(rng *rand.Rand) int {
	for range 1000 {
		if off := rng.IntN(len(b.data)); b.visited[off] {
			return off
		}
	}
	return 0
}

// redirect changes some bytes of a page and corrects the page's checksum, so
// that the reader believes it.
func (b *base) redirect(rng *rand.Rand, data []byte) []span {
	size, tail, at := 512, b.trailer, 4
	switch b.trailer {
	case 12:
		at = 8
	case 24:
		size = 4096
	}
	for range 10_000 {
		off := rng.IntN(len(data)/512-size/512) * 512
		t := data[off+size-tail:]
		if t[0] != t[1] || t[0] != 0x80 && t[0] != 0x81 {
			continue
		}
		for range 1 + rng.IntN(6) {
			data[off+rng.IntN(size-tail)] = byte(rng.Uint32())
		}
		sum := crc(data[off : off+size-tail])
		for i := range 4 {
			t[at+i] = byte(sum >> (8 * i))
		}
		return []span{{off, off + size}}
	}
	return nil
}
