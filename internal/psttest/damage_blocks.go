package psttest

// victimFile makes the data of the victim's large attachment the block that an
// earlier step left.
func (d *damaged) victimFile() {
	_, sl := d.nodeBIDs(damageVictim)
	_, below := d.subBIDs(sl, damageBig)
	d.subnode(below, 0, func(e []byte) { leBytes.PutUint64(e[8:], d.mark) })
}

// victimData is the block of the victim's property context.
func (d *damaged) victimData() uint64 {
	data, _ := d.nodeBIDs(damageVictim)
	return d.firstLeaf(data)
}

// nextInternal is the id that the next block of structure will have.
func (n *ndb) nextInternal() uint64 { return n.nextBlock()<<2 | internalBID }

// repeat is so many times the same id.
func repeat(bid uint64, n int) []uint64 {
	list := make([]uint64, n)
	for i := range list {
		list[i] = bid
	}
	return list
}

// damagedBlocks are data trees and subnode trees that lead astray, and blocks
// that are not what the block B-tree says.
func damagedBlocks() []damageRecipe {
	self := func(level byte) func(d *damaged) error {
		return func(d *damaged) error {
			d.mark = d.w.n.xblock(level, []uint64{d.w.n.nextInternal()}, 20000)
			return nil
		}
	}
	file := (*damaged).victimFile
	return []damageRecipe{
		{DamageCase: all("xxblock-self", "the data of an attachment are an XXBLOCK that lists itself"), late: self(2), patch: file},
		{DamageCase: all("xblock-self", "the data of an attachment are an XBLOCK that lists itself"), late: self(1), patch: file},
		{DamageCase: all("data-tree-bomb", "an attachment of 8 GB in 30 KB: an XXBLOCK of 1,000 times an XBLOCK of 1,000 times a block"), late: dataBomb(2), patch: file},
		{DamageCase: all("xblock-repeats", "an attachment of 8 MB in 16 KB: an XBLOCK of 1,000 times a block"), late: dataBomb(1), patch: file},
		{DamageCase: all("subnode-tree-self", "the subnode tree of a message is an SIBLOCK that lists itself"), late: selfSubnodes, patch: func(d *damaged) {
			d.node(damageVictim, func(e []byte) { leBytes.PutUint64(e[16:], d.mark) })
		}},
		{DamageCase: but(1, "bbt-same-offset", "two entries of the block B-tree have one offset"), patch: func(d *damaged) {
			other, _ := d.nodeBIDs(damageLast)
			var ib, cb []byte
			d.blockEntry(other, func(e []byte) { ib, cb = e[8:16], e[16:18] })
			d.blockEntry(d.victimData(), func(e []byte) { copy(e[8:], ib); copy(e[16:], cb) })
		}},
		{DamageCase: but(1, "bbt-beyond-end", "an entry of the block B-tree lies beyond the end of the file"), patch: func(d *damaged) {
			d.blockEntry(d.victimData(), func(e []byte) { leBytes.PutUint64(e[8:], uint64(len(d.m))+0x10000) })
		}},
		{DamageCase: but(1, "bbt-offset-negative", "an entry of the block B-tree has an offset of 2^64 - 64"), patch: func(d *damaged) {
			d.blockEntry(d.victimData(), func(e []byte) { leBytes.PutUint64(e[8:], 1<<64-64) })
		}},
		{DamageCase: all("block-crc", "a block has a wrong checksum"), patch: func(d *damaged) {
			d.trailer(d.victimData(), func(t []byte) { t[4] ^= 0xFF })
		}},
		{DamageCase: all("block-signature", "a block has a wrong signature"), patch: func(d *damaged) {
			d.trailer(d.victimData(), func(t []byte) { t[2] ^= 0xFF })
		}},
		{DamageCase: all("block-bid", "a block has a wrong id"), patch: func(d *damaged) {
			d.trailer(d.victimData(), func(t []byte) { t[9] ^= 0xFF })
		}},
		{DamageCase: all("bids-over-32-bits", "the ids of blocks are larger than 2^32").sound(), bidBase: 1 << 33},
	}
}

// dataBomb writes a data tree of so many levels of 1,000 entries each, all the same.
func dataBomb(levels int) func(d *damaged) error {
	return func(d *damaged) error {
		n := d.w.n
		d.mark = n.block(make([]byte, n.f.blockData()))
		total := uint64(n.f.blockData())
		for level := range levels {
			total *= 1000
			d.mark = n.xblock(byte(level+1), repeat(d.mark, 1000), total) // the total is cut to 32 bits
		}
		return nil
	}
}

func selfSubnodes(d *damaged) error {
	n := d.w.n
	b := n.slHead(1, 2)
	for _, nid := range []uint64{0, damageSmall} {
		b = n.f.appendID(n.f.appendID(b, nid), n.nextInternal())
	}
	d.mark = n.internal(b)
	return nil
}

// all is a case in which every message is found and has its subject.
func all(name, what string) DamageCase { return but(0, name, what) }

// but is a case in which so many messages cannot be read.
func but(lost int, name, what string) DamageCase {
	return DamageCase{Name: name, What: what, Messages: damageCount, Readable: damageCount - lost}
}

func (c DamageCase) sound() DamageCase {
	c.Sound = true
	return c
}

// more is the case with messages besides those of the base.
func (c DamageCase) more(n int) DamageCase {
	c.Messages += n
	c.Readable += n
	return c
}

// gone is the case without messages that cannot be found.
func (c DamageCase) gone(n int) DamageCase {
	c.Messages -= n
	c.Readable = min(c.Readable, c.Messages)
	return c
}

func (c DamageCase) refused() DamageCase {
	c.Refused = true
	return c
}
