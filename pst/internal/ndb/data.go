package ndb

import (
	"encoding/binary"
	"fmt"
)

// Data is the data of a node or subnode: one block or a data tree of them
// ([MS-PST] 2.2.2.8.3.2). It is safe for concurrent use.
type Data struct {
	f     *File
	leafs []leaf
	size  int64
	cb    int64 // bytes of the blocks as stored
	room  int64 // bytes of the file that they take, with padding and trailers
}

// leaf is a data block of a data tree and where its bytes start.
type leaf struct {
	block
	start int64
	err   error // set when the block cannot be located
}

// Block types of internal blocks ([MS-PST] 2.2.2.8.3.2, 2.2.2.8.3.3).
const (
	btypeX  = 1 // XBLOCK, XXBLOCK
	btypeSL = 2 // SLBLOCK, SIBLOCK
)

// Data opens the data behind a BID; BID 0 is empty. Blocks are located but not
// read. A block that cannot be located is an error only when it is read.
func (f *File) Data(bid BID) (*Data, error) {
	d := &Data{f: f}
	if bid.key() == 0 {
		return d, nil
	}
	if !bid.Internal() {
		b, err := f.block(bid)
		if err != nil {
			return nil, err
		}
		d.leafs, d.size = []leaf{{block: b}}, int64(b.size)
		d.cb = int64(b.cb)
		return d, nil
	}
	t := treeWalk{d: d, seen: map[BID]bool{}}
	total, err := t.walk(bid, 3)
	if err != nil {
		return nil, err
	}
	if total != d.size {
		f.Log.AddFault(&Error{Structure: "XBLOCK", Field: "lcbTotal", Offset: -1, BID: bid,
			Problem: fmt.Sprintf("says %d bytes, the blocks have %d", total, d.size)})
	}
	return d, nil
}

// treeWalk collects the leafs of a data tree. Levels must decrease, no internal
// block may come twice, and the blocks together cannot be more than the file.
type treeWalk struct {
	d    *Data
	seen map[BID]bool
}

func (t *treeWalk) walk(bid BID, above int) (total int64, err error) {
	f := t.d.f
	b, err := f.block(bid)
	if err != nil {
		return 0, err
	}
	bad := func(field, format string, args ...any) error {
		return &Error{Structure: "XBLOCK", Field: field, Offset: b.ib, BID: bid, Problem: fmt.Sprintf(format, args...)}
	}
	if t.seen[bid] {
		return 0, bad("rgbid", "the block is listed twice")
	}
	t.seen[bid] = true
	raw, err := f.readBlock(b, nil)
	if err != nil {
		return 0, err
	}
	if len(raw) < 8 || raw[0] != btypeX {
		return 0, bad("btype", "this is no XBLOCK")
	}
	level, n := int(raw[1]), int(binary.LittleEndian.Uint16(raw[2:]))
	if level < 1 || level >= above {
		return 0, bad("cLevel", "is %d below level %d", level, above)
	}
	if n > (len(raw)-8)/f.layout.idSize {
		return 0, bad("cEnt", "%d entries do not fit %d bytes", n, len(raw))
	}
	total = int64(binary.LittleEndian.Uint32(raw[4:]))
	for i := range n {
		child := BID(f.layout.id(raw[8+i*f.layout.idSize:]))
		if err := t.child(child, level, bad); err != nil {
			return 0, err
		}
	}
	return total, nil
}

func (t *treeWalk) child(bid BID, level int, bad func(string, string, ...any) error) error {
	if level > 1 {
		if !bid.Internal() {
			return bad("rgbid", "lists data block %s at level %d", bid, level)
		}
		_, err := t.walk(bid, level)
		return err
	}
	if bid.Internal() {
		return bad("rgbid", "lists internal block %s among data", bid)
	}
	return t.leaf(bid, bad)
}

func (t *treeWalk) leaf(bid BID, bad func(string, string, ...any) error) error {
	d := t.d
	b, err := d.f.block(bid)
	l := leaf{block: b, start: d.size, err: err}
	if n := len(d.leafs); n > 0 && d.leafs[n-1].bid == bid {
		d.f.Log.AddFault(&Error{Structure: "XBLOCK", Field: "rgbid", Offset: -1, BID: bid, Problem: "the block is listed twice in a row"})
	}
	if err != nil {
		// All blocks but the last are full, so this keeps the offsets of the rest.
		l.bid, l.cb, l.size = bid, 1, d.f.layout.maxData // it takes the least that a block can
	}
	d.leafs = append(d.leafs, l)
	d.size += int64(l.size)
	d.cb += int64(l.cb)
	d.room += int64(d.f.padded(l.cb))
	if d.room > d.f.size {
		return bad("rgbid", "the blocks listed are more than the file has")
	}
	return nil
}

// Size is the number of bytes.
func (d *Data) Size() int64 { return d.size }

// Blocks is the number of data blocks.
func (d *Data) Blocks() int { return len(d.leafs) }

// Block reads data block i into buf, which grows when needed.
func (d *Data) Block(i int, buf []byte) ([]byte, error) {
	if i < 0 || i >= len(d.leafs) {
		return nil, &Error{Structure: "XBLOCK", Field: "rgbid", Offset: -1, Problem: fmt.Sprintf("block %d of %d", i, len(d.leafs)), Err: ErrNotFound}
	}
	if err := d.leafs[i].err; err != nil {
		return nil, err
	}
	return d.f.readBlock(d.leafs[i].block, buf)
}

// ReadAll reads everything. On error the bytes before it are returned too.
func (d *Data) ReadAll() ([]byte, error) {
	// Room for the last block's padding and trailer, so that each block is read
	// to where it belongs.
	l := d.f.layout
	// A tree can claim more than the file has; it gets that room only as the
	// data really comes.
	room := min(d.size, 2*d.cb+1<<20)
	out := make([]byte, 0, room+int64(l.blockAlign+l.blockTrailer))
	for i := range d.leafs {
		b, err := d.Block(i, out[len(out):])
		if err != nil {
			return out, err
		}
		if n := len(out) + len(b); len(b) > 0 && n <= cap(out) && &out[:n][len(out)] == &b[0] {
			out = out[:n]
		} else {
			out = append(out, b...)
		}
	}
	return out[:len(out):len(out)], nil
}
