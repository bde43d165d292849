package ndb

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/pst2imap/pst2imap/internal/psttest"
)

// treeFile is a file whose B-trees have at least two levels.
func treeFile(tb testing.TB, o psttest.Options) []byte {
	tb.Helper()
	var all []*psttest.Message
	for i := range 800 {
		all = append(all, psttest.Mail(fmt.Sprint("subject ", i), "ann@example.org", "bob@example.org", "text"))
	}
	b, err := psttest.Bytes(&psttest.Tree{Options: o, Folders: []psttest.Folder{{Name: "Inbox", Messages: all}}})
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

var treeOptions = []psttest.Options{{}, {Format: psttest.FormatANSI}, {Format: psttest.FormatWide, Client: "SO"}}

// pagesOf are the pages of a B-tree, the root first, and its keys.
func pagesOf(tb testing.TB, t btree) (pages []*page, keys []uint64) {
	tb.Helper()
	p, err := t.rootPage()
	if err != nil {
		tb.Fatal(err)
	}
	var walk func(*page)
	walk = func(p *page) {
		pages = append(pages, p)
		for i := range p.count {
			if p.level == 0 {
				keys = append(keys, t.key(p, i))
				continue
			}
			c, err := t.f.child(p, i, t.ptype)
			if err != nil {
				tb.Fatal(err)
			}
			walk(c)
		}
	}
	walk(p)
	return pages, keys
}

// spoil changes something of a page: a byte, the order of entries, how many there
// are, their size, its level.
func spoil(rng *rand.Rand, l *layout, b []byte, p *page) {
	page := b[p.off:][:l.pageSize]
	entry := func() []byte { return page[rng.IntN(p.count)*p.entrySize:][:p.entrySize] }
	switch rng.IntN(7) {
	case 0:
		page[rng.IntN(len(page))] ^= 1 << rng.IntN(8)
	case 1:
		copy(entry(), entry())
	case 2:
		x, y := entry(), entry()
		for i := range x {
			x[i], y[i] = y[i], x[i]
		}
	case 3:
		copy(entry()[:l.idSize], entry()) // a key
	case 4:
		page[rng.IntN(p.count)*p.entrySize+1] -= byte(1 + rng.IntN(4)) // a little below where it was
	case 5:
		page[l.cEnt] = byte(rng.Uint32())
	default:
		page[l.cEnt+2+rng.IntN(4)] = byte(rng.IntN(3))
	}
}

// TestCursor holds the cursor against lookups from the root, in sound files and in
// those whose trees are spoilt, for keys in order and in none.
func TestCursor(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, o := range treeOptions {
		good := treeFile(t, o)
		for _, tree := range []func(*File) btree{(*File).nodeTree, (*File).blockTree} {
			sound := open(t, good)
			pages, keys := pagesOf(t, tree(sound))
			if pages[0].level == 0 {
				t.Fatalf("%s: the tree is one page", sound.Format)
			}
			for range 100 {
				keys = append(keys, rng.Uint64()>>rng.IntN(64), keys[rng.IntN(len(keys))])
			}
			keys = append(keys, 0, 1, math.MaxUint32, math.MaxUint64)
			for round := range 20 {
				b := bytes.Clone(good)
				for range round {
					spoil(rng, sound.layout, b, pages[rng.IntN(len(pages))])
				}
				for range min(round, 1) { // and one of those that lead to all others
					spoil(rng, sound.layout, b, pages[rng.IntN(3)])
				}
				slices.Sort(keys)
				sameFound(t, tree(open(t, b)), keys)
				slices.Reverse(keys)
				sameFound(t, tree(open(t, b)), keys)
				rng.Shuffle(len(keys)/8, func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
				sameFound(t, tree(open(t, b)), keys)
			}
		}
	}
}

func sameFound(t *testing.T, tree btree, keys []uint64) {
	t.Helper()
	c := newCursor(tree)
	found := 0
	for _, key := range keys {
		want, at, err := tree.lookup(key)
		got, off, ok := c.find(key)
		if ok != (err == nil) || !bytes.Equal(got, want) || off != at {
			t.Fatalf("%s, key %#x: %x at %d, want %x at %d, %v", tree.f.Format, key, got, off, want, at, err)
		}
		if ok {
			found++
		}
	}
	if len(tree.f.Log.List()) == 0 && found < len(keys)-200 {
		t.Errorf("%s: found %d of %d", tree.f.Format, found, len(keys))
	}
}

// Leafs that follow each other are read together, others not.
func TestCursorReads(t *testing.T) {
	for _, o := range treeOptions {
		b := treeFile(t, o)
		pages, keys := pagesOf(t, open(t, b).blockTree())
		reads := func(keys []uint64) *badSector {
			f := open(t, b)
			r := &badSector{r: f.r}
			f.r = r
			c := newCursor(f.blockTree())
			for _, key := range keys {
				if _, _, ok := c.find(key); !ok {
					t.Errorf("%s: no %#x", f.Format, key)
				}
			}
			return r
		}
		all, one := reads(keys), reads(keys[len(keys)/2:][:1])
		size := open(t, b).layout.pageSize
		if depth := int(pages[0].level) + 1; all.n > len(pages)/3 || one.n > depth || one.bytes > depth*size {
			t.Errorf("%+v, %d pages: %d reads for all keys, %d of %d bytes for one", o, len(pages), all.n, one.n, one.bytes)
		}
	}
}

// badSector fails to read some bytes.
type badSector struct {
	r   io.ReaderAt
	bad map[int64]bool // pages of the least size

	n, bytes int // reads and what they asked for
}

var errBadSector = errors.New("bad sector")

func (s *badSector) ReadAt(b []byte, off int64) (int, error) {
	s.n++
	s.bytes += len(b)
	for at := off / scanStep; at*scanStep < off+int64(len(b)); at++ {
		if s.bad[at] {
			return 0, errBadSector
		}
	}
	return s.r.ReadAt(b, off)
}

// TestLeafReader holds the walk, which reads several leafs at once, against one page
// by page: also where pages cannot be read and where they are spoilt.
func TestLeafReader(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, o := range treeOptions {
		good := treeFile(t, o)
		sound := open(t, good)
		pages, _ := pagesOf(t, sound.nodeTree())
		for round := range 40 {
			b := bytes.Clone(good)
			bad := map[int64]bool{}
			for range round / 4 {
				spoil(rng, sound.layout, b, pages[rng.IntN(len(pages))])
				bad[pages[1+rng.IntN(len(pages)-1)].off/scanStep] = true
			}
			read := func(all func(*File) []string) ([]string, []Damage, int) {
				f := open(t, b)
				r := &badSector{r: f.r, bad: bad}
				f.r = r
				out := all(f)
				return out, f.Log.List(), r.n
			}
			want, faults, single := read(pageByPage)
			got, noted, n := read(func(f *File) (out []string) {
				for n, err := range f.Nodes() {
					out = append(out, fmt.Sprint(n, err))
				}
				return out
			})
			if !slices.Equal(got, want) || !slices.Equal(noted, faults) {
				t.Fatalf("%s, round %d: %d nodes and errors, %d faults; want %d and %d", sound.Format, round, len(got), len(noted), len(want), len(faults))
			}
			if round == 0 && n > single/4 || n > single+10 {
				t.Errorf("%s, round %d: %d reads, %d page by page", sound.Format, round, n, single)
			}
		}
	}
}

// pageByPage is [File.Nodes] without reading ahead.
func pageByPage(f *File) (out []string) {
	seen := map[int64]bool{}
	fail := func(err error) { out = append(out, fmt.Sprint(Node{}, err)) }
	var walk func(p *page)
	walk = func(p *page) {
		seen[p.off] = true
		for i := range p.count {
			if p.level == 0 {
				out = append(out, fmt.Sprint(f.parseNode(p.entry(i)), nil))
			} else if c, err := f.child(p, i, pageNBT); err != nil {
				fail(err)
			} else if seen[c.off] {
				fail(&Error{Structure: "BTPAGE", Field: "ib", Offset: c.off, Problem: "the page is listed twice"})
			} else {
				walk(c)
			}
		}
	}
	t := f.nodeTree()
	p, err := t.rootPage()
	if err != nil {
		fail(err)
		return out
	}
	walk(p)
	return out
}
