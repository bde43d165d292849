package ltp

import (
	"errors"

	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// Node is a node or subnode: its data and its own subnodes.
type Node struct {
	File *ndb.File
	NID  ndb.NID // for error messages
	Data *ndb.Data
	Subs *ndb.Subnodes
}

// OpenNode opens a node of the node B-tree.
func OpenNode(f *ndb.File, nid ndb.NID) (*Node, error) {
	n, err := f.Node(nid)
	if err != nil {
		return nil, err
	}
	return open(f, nid, n.Data, n.Sub)
}

// Sub opens a subnode of n. The error wraps ndb.ErrNotFound when there is none.
func (n *Node) Sub(nid ndb.NID) (*Node, error) {
	s, err := n.Subs.Lookup(nid)
	if err != nil {
		return nil, err
	}
	return open(n.File, nid, s.Data, s.Sub)
}

func open(f *ndb.File, nid ndb.NID, data, sub ndb.BID) (*Node, error) {
	d, err := f.Data(data)
	if err != nil {
		return nil, ndb.AtNode(err, nid)
	}
	return &Node{File: f, NID: nid, Data: d, Subs: f.Subnodes(sub)}, nil
}

// fault makes an error of this layer.
func (n *Node) fault(structure, field, problem string) error {
	return &ndb.Error{Structure: structure, Field: field, Offset: -1, NID: n.NID, Problem: problem}
}

// IsNotFound tells whether err says that a node, subnode or entry is absent,
// as opposed to unreadable.
func IsNotFound(err error) bool { return errors.Is(err, ndb.ErrNotFound) }
