package ndb

import (
	"encoding/binary"
	"fmt"
	"iter"
	"sort"
	"sync"
)

// Subnode is an entry of a subnode tree ([MS-PST] 2.2.2.8.3.3.1.1).
type Subnode struct {
	NID  NID
	Data BID
	Sub  BID
}

// Subnodes is the subnode tree of a node: an SLBLOCK, or SIBLOCKs over
// SLBLOCKs ([MS-PST] 2.2.2.8.3.3). It is safe for concurrent use.
type Subnodes struct {
	f    *File
	root BID

	mu    sync.Mutex
	cache map[BID]*subBlock
}

// subBlock is a parsed SLBLOCK (level 0) or SIBLOCK.
type subBlock struct {
	block
	level   int
	count   int
	size    int
	entries []byte
}

// maxSubLevel is how deep subnode trees may be. The specification has two
// levels; 97/2000 files are seen with more.
const maxSubLevel = 8

// cachedSubBlocks bounds what one tree keeps in memory: 32 × 8 KiB.
const cachedSubBlocks = 32

// Subnodes opens the subnode tree behind a BID; BID 0 is an empty tree.
func (f *File) Subnodes(bid BID) *Subnodes { return &Subnodes{f: f, root: bid} }

// Lookup finds a subnode. The error wraps ErrNotFound when there is none.
func (s *Subnodes) Lookup(nid NID) (Subnode, error) {
	if s.root.key() == 0 {
		return Subnode{}, &Error{Structure: "SLBLOCK", Offset: -1, NID: nid, Problem: "the node has no subnodes", Err: ErrNotFound}
	}
	above := maxSubLevel + 1
	for bid := s.root; ; {
		b, err := s.block(bid, above)
		if err != nil {
			return Subnode{}, AtNode(err, nid)
		}
		i := sort.Search(b.count, func(i int) bool { return s.nid(b, i) > nid }) - 1
		if i < 0 || b.level == 0 && s.nid(b, i) != nid {
			return Subnode{}, &Error{Structure: "SLBLOCK", Field: "rgentries", Offset: b.ib, BID: bid, NID: nid, Problem: "no such subnode", Err: ErrNotFound}
		}
		if b.level == 0 {
			return s.entry(b, i), nil
		}
		above, bid = b.level, s.child(b, i)
	}
}

// All yields every subnode in ascending order; a block that cannot be read
// yields one error.
func (s *Subnodes) All() iter.Seq2[Subnode, error] {
	return func(yield func(Subnode, error) bool) {
		if s.root.key() != 0 {
			s.walk(s.root, maxSubLevel+1, map[BID]bool{}, yield)
		}
	}
}

func (s *Subnodes) walk(bid BID, above int, seen map[BID]bool, yield func(Subnode, error) bool) bool {
	b, err := s.block(bid, above)
	if err == nil && seen[bid] {
		err = &Error{Structure: "SIBLOCK", Field: "rgentries", Offset: b.ib, BID: bid, Problem: "the block is listed twice"}
	}
	if err != nil {
		return yield(Subnode{}, err)
	}
	seen[bid] = true
	for i := range b.count {
		if b.level == 0 {
			if !yield(s.entry(b, i), nil) {
				return false
			}
		} else if !s.walk(s.child(b, i), b.level, seen, yield) {
			return false
		}
	}
	return true
}

func (s *Subnodes) nid(b *subBlock, i int) NID {
	return NID(binary.LittleEndian.Uint32(b.entries[i*b.size:]))
}

func (s *Subnodes) entry(b *subBlock, i int) Subnode {
	e, l := b.entries[i*b.size:], s.f.layout
	return Subnode{NID: s.nid(b, i), Data: BID(l.id(e[l.idSize:])), Sub: BID(l.id(e[2*l.idSize:]))}
}

func (s *Subnodes) child(b *subBlock, i int) BID {
	return BID(s.f.layout.id(b.entries[i*b.size+s.f.layout.idSize:]))
}

// block reads an SLBLOCK or SIBLOCK whose level must be below the given one.
func (s *Subnodes) block(bid BID, above int) (*subBlock, error) {
	s.mu.Lock()
	b := s.cache[bid]
	s.mu.Unlock()
	if b == nil {
		var err error
		if b, err = s.load(bid); err != nil {
			return nil, err
		}
		s.keep(bid, b)
	}
	if b.level >= above {
		return nil, &Error{Structure: "SIBLOCK", Field: "cLevel", Offset: b.ib, BID: bid, Problem: fmt.Sprintf("is %d below level %d", b.level, above)}
	}
	return b, nil
}

func (s *Subnodes) keep(bid BID, b *subBlock) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cache == nil || len(s.cache) >= cachedSubBlocks {
		s.cache = make(map[BID]*subBlock)
	}
	s.cache[bid] = b
}

func (s *Subnodes) load(bid BID) (*subBlock, error) {
	f := s.f
	ref, err := f.block(bid)
	if err != nil {
		return nil, err
	}
	bad := func(field, format string, args ...any) error {
		return &Error{Structure: "SLBLOCK", Field: field, Offset: ref.ib, BID: bid, Problem: fmt.Sprintf(format, args...)}
	}
	if !bid.Internal() {
		return nil, bad("btype", "a data block stands for a subnode tree")
	}
	raw, err := f.readBlock(ref, nil)
	if err != nil {
		return nil, err
	}
	if len(raw) < f.layout.subHeader || raw[0] != btypeSL {
		return nil, bad("btype", "this is no SLBLOCK")
	}
	b := &subBlock{block: ref, level: int(raw[1]), count: int(binary.LittleEndian.Uint16(raw[2:])), size: f.layout.slEntry}
	if b.level > 0 {
		b.size = f.layout.siEntry
	}
	if b.entries = raw[f.layout.subHeader:]; b.count*b.size > len(b.entries) {
		return nil, bad("cEnt", "%d entries do not fit %d bytes", b.count, len(raw))
	}
	return b, nil
}
