package ltp

import (
	"encoding/binary"
	"sort"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// maxProps bounds a property context: there are no more identifiers than this.
const maxProps = 1 << 16

// OpenPC reads the property context of a node ([MS-PST] 2.3.3). Values are
// read later. Parts of its tree that cannot be read are damage and left out;
// it is an error when nothing can be read.
func OpenPC(n *Node) (*Props, error) {
	h, err := openHeap(n, sigPC)
	if err != nil {
		return nil, err
	}
	t, err := openBTH(h, h.root, 2, 6)
	if err != nil {
		return nil, err
	}
	p := &Props{heap: h, list: make([]Entry, 0, t.most())}
	var first error
	for rec, err := range t.records() {
		if err != nil {
			n.File.Log.AddLoss(err)
			first = firstError(first, err)
			continue
		}
		if len(p.list) == maxProps {
			break
		}
		p.list = append(p.list, Entry{
			ID:   mapi.PropID(binary.LittleEndian.Uint16(rec)),
			Type: mapi.PropType(binary.LittleEndian.Uint16(rec[2:])),
			hnid: binary.LittleEndian.Uint32(rec[4:]),
		})
	}
	if len(p.list) == 0 && first != nil {
		return nil, first
	}
	p.order()
	return p, nil
}

// order sorts by id, which the tree already is in a sound file.
func (p *Props) order() {
	less := func(i, j int) bool { return p.list[i].ID < p.list[j].ID }
	if !sort.SliceIsSorted(p.list, less) {
		sort.SliceStable(p.list, less)
	}
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
