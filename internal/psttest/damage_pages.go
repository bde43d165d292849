package psttest

import "bytes"

// damagedPages are B-trees whose pages lead astray or are gone.
func damagedPages() []damageRecipe {
	self := func(ref int, key func(d *damaged) uint64) func(d *damaged) {
		return func(d *damaged) {
			page, entry := d.above(ref, key(d))
			copy(entry[8:16], page[504:512])
			leBytes.PutUint64(entry[16:], d.offset(page))
			d.sealed(page)
		}
	}
	node := func(*damaged) uint64 { return damageVictim }
	block := (*damaged).victimData
	return []damageRecipe{
		{DamageCase: all("nbt-page-self", "an index page of the node B-tree lists itself").gone(damageLeaf), patch: self(headerNBT, node)},
		{DamageCase: but(damageBlocks, "bbt-page-self", "an index page of the block B-tree lists itself"), patch: self(headerBBT, block)},
		{DamageCase: all("nbt-level", "a page of the node B-tree has the level of the page above").gone(damageLeaf), patch: func(d *damaged) {
			above, _ := d.above(headerNBT, damageVictim)
			page, _ := d.leaf(headerNBT, damageVictim)
			page[pageLevel] = above[pageLevel]
			d.sealed(page)
		}},
		{DamageCase: all("nbt-level-255", "the root of the node B-tree has level 255").refused(), patch: func(d *damaged) {
			root := d.page(headerNBT)
			root[pageLevel] = 255
			d.sealed(root)
		}},
		{DamageCase: all("nbt-leaf-full", "a page of the node B-tree says that it has 255 entries").gone(damageLeaf), patch: func(d *damaged) {
			page, _ := d.leaf(headerNBT, damageVictim)
			page[pageCount] = 255
			d.sealed(page)
		}},
		{DamageCase: all("nbt-root-zeroed", "the root page of the node B-tree is zeros").refused(), patch: func(d *damaged) { clear(d.page(headerNBT)) }},
		{DamageCase: all("bbt-root-zeroed", "the root page of the block B-tree is zeros").refused(), patch: func(d *damaged) { clear(d.page(headerBBT)) }},
		{DamageCase: all("nbt-leaf-zeroed", "a leaf page of the node B-tree is zeros").gone(damageLeaf), patch: func(d *damaged) {
			page, _ := d.leaf(headerNBT, damageVictim)
			clear(page)
		}},
	}
}

// How many messages of the base have their nodes in the leaf page of the
// victim's, and how many a block that they need in that of the victim's block.
const (
	damageLeaf   = 12
	damageBlocks = 12
)

// offset is where a page of the file is.
func (d *damaged) offset(page []byte) uint64 {
	return uint64(cap(d.m) - cap(page))
}

// damagedFile are files whose header or end is damaged.
func damagedFile() []damageRecipe {
	return []damageRecipe{
		{DamageCase: all("header-crc", "both checksums of the header are wrong"), patch: func(d *damaged) {
			d.m[4] ^= 0xFF
			d.m[524] ^= 0xFF
		}},
		{DamageCase: all("truncated", "the last third of the file is missing, with the roots of both B-trees").refused(), late: olderTrees, patch: func(d *damaged) {
			d.m = d.m[:len(d.m)*2/3]
		}},
		{DamageCase: all("file-eof", "the header says that the file has 2^63 bytes"), patch: func(d *damaged) {
			leBytes.PutUint64(d.m[184:], 1<<63)
			leBytes.PutUint32(d.m[4:], checksum(d.m[8:479]))
			leBytes.PutUint32(d.m[524:], checksum(d.m[8:524]))
		}},
	}
}

// olderTrees writes both B-trees as they are, which become older versions when
// they are written again behind so much data that a third of the file is there.
func olderTrees(d *damaged) error {
	n := d.w.n
	nodes, blocks := len(n.nodes), len(n.blocks)
	n.sortNodes()
	n.btree(pageNBT, nodes, 32, n.nodeLeaf)
	n.btree(pageBBT, blocks, 24, n.blockLeaf)
	for range 40 {
		n.block(bytes.Repeat([]byte("later "), 1300))
	}
	return nil
}
