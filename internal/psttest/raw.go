package psttest

// RawBlock is a block of a [Raw] file.
type RawBlock struct {
	Data     []byte // plain
	Internal bool   // of structure: never encoded
}

// RawNode is a node of a [Raw] file. Data and Sub are block ids ([RawBID]), or
// zero for none; nothing looks whether there are such blocks.
type RawNode struct {
	NID, Parent uint32
	Data, Sub   uint64
}

// Raw is a file whose blocks and nodes are given: the B-trees, trailers and
// checksums are right, and what the blocks say can be anything. Two nodes may
// have the same number, and share blocks.
type Raw struct {
	Options
	Blocks []RawBlock
	Nodes  []RawNode
}

// RawBID is the id of block i of a [Raw] file.
func RawBID(i int, internal bool) uint64 {
	bid := uint64(i+1) << 2
	if internal {
		bid |= internalBID
	}
	return bid
}

// Bytes is the data file. The error says that the options fit no format.
func (r *Raw) Bytes() ([]byte, error) {
	f, err := r.format()
	if err != nil {
		return nil, err
	}
	var m memory
	n, err := newNDB(&m, f, r.Encryption)
	if err != nil {
		return nil, err
	}
	if r.Client != "" {
		n.magic = r.Client
	}
	for _, b := range r.Blocks {
		data := b.Data[:min(len(b.Data), f.blockData())]
		if b.Internal {
			n.internal(data)
		} else {
			n.block(data)
		}
	}
	for _, x := range r.Nodes {
		n.node(x.NID, x.Parent, part{data: x.Data, sub: x.Sub})
	}
	if err := n.complete(initialIndexes()); err != nil {
		return nil, err
	}
	return m, nil
}
