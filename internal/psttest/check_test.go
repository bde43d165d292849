package psttest

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
)

// The checker reads a Unicode file at the level of pages and blocks and holds
// every byte of it against [MS-PST] 2.2: checksums, signatures, key order,
// reference counts, and allocation maps that mark what is in use and nothing else.
type checker struct {
	b      []byte
	used   []bool // by slot of 64 bytes from the first AMap on
	blocks map[uint64]ckBlock
	refs   map[uint64]int
	nodes  map[uint64]ckNode
	levels map[byte]int // height of each B-tree, by page type
}

type ckBlock struct {
	ib       uint64
	cb, refs uint16
}

type ckNode struct{ data, sub uint64 }

func ckCRC(b []byte) uint32 {
	crc := uint32(0)
	table := crc32.MakeTable(0xEDB88320)
	for _, x := range b {
		crc = table[byte(crc)^x] ^ crc>>8
	}
	return crc
}

func ckSig(ib, bid uint64) uint16 {
	x := ib ^ bid
	return uint16(x>>16) ^ uint16(x)
}

var le = binary.LittleEndian

// checkFile reports the first thing that is wrong with a file.
func checkFile(b []byte) (c *checker, err error) {
	c = &checker{
		b: b, used: make([]bool, (len(b)-0x4400)/64),
		blocks: map[uint64]ckBlock{}, refs: map[uint64]int{}, nodes: map[uint64]ckNode{}, levels: map[byte]int{},
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("structure leads out of the file: %v", r)
		}
	}()
	if ckCRC(b[8:479]) != le.Uint32(b[4:]) || ckCRC(b[8:524]) != le.Uint32(b[524:]) {
		return c, fmt.Errorf("header checksum")
	}
	if size := le.Uint64(b[184:]); size != uint64(len(b)) {
		return c, fmt.Errorf("ibFileEof %d, file has %d", size, len(b))
	}
	if err := c.page(0x4200, 0x86, nil); err != nil {
		return c, err
	}
	for _, step := range []func() error{c.trees, c.allReferences, c.maps} {
		if err := step(); err != nil {
			return c, err
		}
	}
	return c, nil
}

// page verifies a page's trailer; bid is nil for pages with fixed ids.
func (c *checker) page(ib uint64, kind byte, bid *uint64) error {
	p := c.b[ib : ib+512]
	got := le.Uint64(p[504:])
	sig := ckSig(ib, got)
	if kind >= 0x82 && kind <= 0x85 {
		sig = 0
	}
	if p[496] != kind || p[497] != kind || le.Uint16(p[498:]) != sig || le.Uint32(p[500:]) != ckCRC(p[:496]) {
		return fmt.Errorf("trailer of page at %#x: % x", ib, p[496:])
	}
	if bid != nil && *bid != got {
		return fmt.Errorf("page at %#x has id %#x, its parent says %#x", ib, got, *bid)
	}
	return nil
}

func (c *checker) take(ib uint64, n int) error {
	for s := (ib - 0x4400) / 64; s < (ib-0x4400+uint64(n))/64; s++ {
		if c.used[s] {
			return fmt.Errorf("%#x is used twice", 0x4400+64*s)
		}
		c.used[s] = true
	}
	return nil
}

func (c *checker) trees() error {
	if err := c.tree(le.Uint64(c.b[216:]), le.Uint64(c.b[224:]), 0x81, -1, new(uint64)); err != nil {
		return err
	}
	return c.tree(le.Uint64(c.b[232:]), le.Uint64(c.b[240:]), 0x80, -1, new(uint64))
}

// tree visits the pages of a B-tree; keys must ascend over the whole tree.
func (c *checker) tree(bid, ib uint64, kind byte, level int, last *uint64) error {
	if err := c.page(ib, kind, &bid); err != nil {
		return err
	}
	if err := c.take(ib, 512); err != nil {
		return err
	}
	p := c.b[ib:]
	count, size, lv := int(p[488]), int(p[490]), int(p[491])
	if level >= 0 && lv != level || count > int(p[489]) || count*size > 488 {
		return fmt.Errorf("page at %#x: level %d, %d entries of %d bytes", ib, lv, count, size)
	}
	c.levels[kind] = max(c.levels[kind], lv)
	for i := range count {
		e := p[i*size:]
		key := le.Uint64(e)
		if lv > 0 {
			if err := c.tree(le.Uint64(e[8:]), le.Uint64(e[16:]), kind, lv-1, last); err != nil {
				return err
			}
			continue
		}
		if key <= *last {
			return fmt.Errorf("page at %#x: key %#x after %#x", ib, key, *last)
		}
		*last = key
		if kind == 0x81 {
			c.nodes[key] = ckNode{le.Uint64(e[8:]), le.Uint64(e[16:])}
		} else if err := c.block(key, ckBlock{le.Uint64(e[8:]), le.Uint16(e[16:]), le.Uint16(e[18:])}); err != nil {
			return err
		}
	}
	return nil
}

// block verifies one block's trailer and notes it.
func (c *checker) block(bid uint64, k ckBlock) error {
	size := (int(k.cb) + 16 + 63) / 64 * 64
	t := c.b[k.ib+uint64(size)-16:]
	if size > 8192 || le.Uint16(t) != k.cb || le.Uint16(t[2:]) != ckSig(k.ib, bid) ||
		le.Uint32(t[4:]) != ckCRC(c.b[k.ib:k.ib+uint64(k.cb)]) || le.Uint64(t[8:]) != bid {
		return fmt.Errorf("trailer of block %#x at %#x: % x", bid, k.ib, t[:16])
	}
	c.blocks[bid] = k
	return c.take(k.ib, size)
}

// allReferences counts the references to each block.
func (c *checker) allReferences() error {
	for _, n := range c.nodes {
		if _, err := c.size(n.data); err != nil {
			return err
		}
		if _, err := c.subtree(n.sub, 2); err != nil {
			return err
		}
	}
	for bid, k := range c.blocks {
		if int(k.refs) != c.refs[bid]+1 {
			return fmt.Errorf("block %#x: cRef %d with %d references", bid, k.refs, c.refs[bid])
		}
	}
	return nil
}

// size follows a data tree and returns its length.
func (c *checker) size(bid uint64) (uint64, error) {
	if bid == 0 {
		return 0, nil
	}
	k, ok := c.blocks[bid]
	if !ok {
		return 0, fmt.Errorf("no block %#x", bid)
	}
	c.refs[bid]++
	if bid&2 == 0 {
		return uint64(k.cb), nil
	}
	b := c.b[k.ib : k.ib+uint64(k.cb)]
	var sum uint64
	for i := range int(le.Uint16(b[2:])) {
		n, err := c.size(le.Uint64(b[8+8*i:]))
		if err != nil {
			return 0, err
		}
		sum += n
	}
	if b[0] != 1 || sum != uint64(le.Uint32(b[4:])) {
		return 0, fmt.Errorf("block %#x: type %d, total %d of %d bytes", bid, b[0], le.Uint32(b[4:]), sum)
	}
	return sum, nil
}

// subtree follows a subnode tree, whose keys must ascend, and returns the sum of
// the data in it.
func (c *checker) subtree(bid uint64, level byte) (sum uint64, err error) {
	if bid == 0 {
		return 0, nil
	}
	k := c.blocks[bid]
	c.refs[bid]++
	b := c.b[k.ib : k.ib+uint64(k.cb)]
	if bid&2 == 0 || b[0] != 2 || b[1] >= level {
		return 0, fmt.Errorf("block %#x is no subnode block: % x", bid, b[:2])
	}
	step := 24
	if b[1] == 1 {
		step = 16
	}
	last := uint64(0)
	for e := range slices.Chunk(b[8:], step) {
		if nid := le.Uint64(e); nid <= last {
			return 0, fmt.Errorf("block %#x: subnode %#x after %#x", bid, nid, last)
		}
		last = le.Uint64(e)
		n, err := c.subnode(e)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// subnode follows an SIENTRY or SLENTRY.
func (c *checker) subnode(e []byte) (uint64, error) {
	if len(e) == 16 {
		return c.subtree(le.Uint64(e[8:]), 1)
	}
	n, err := c.size(le.Uint64(e[8:]))
	if err != nil {
		return 0, err
	}
	below, err := c.subtree(le.Uint64(e[16:]), 2)
	return n + below, err
}

// maps verifies the allocation maps, section by section.
func (c *checker) maps() error {
	free := uint64(0)
	for n := 0; 0x4400+n*253952 < len(c.b); n++ {
		base := uint64(0x4400 + n*253952)
		kinds := []byte{0x84}
		if n%8 == 0 {
			kinds = append(kinds, 0x83)
		}
		if n >= 128 && (n-128)%496 == 0 {
			kinds = append(kinds, 0x82)
		}
		for i, kind := range kinds {
			ib := base + uint64(512*i)
			if err := c.page(ib, kind, &ib); err != nil {
				return err
			}
			if err := c.take(ib, 512); err != nil {
				return err
			}
		}
		for slot := range 3968 {
			bit := c.b[base+uint64(slot/8)]>>(7-slot%8)&1 == 1
			if used := c.used[n*3968+slot]; used != bit {
				return fmt.Errorf("AMap at %#x: bit %d is %t, used %t", base, slot, bit, used)
			}
			if !bit {
				free += 64
			}
		}
	}
	if got := le.Uint64(c.b[200:]); got != free {
		return fmt.Errorf("cbAMapFree %d of %d", got, free)
	}
	return nil
}
