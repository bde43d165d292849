package job

import (
	"encoding/hex"
	"fmt"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
)

// Remember takes over the identities of items from an earlier run. An item that
// was changed since then does not count.
func (j *Job) Remember(known map[journal.Node]journal.Known) { j.known = known }

// Recall is an item whose identity is known, without reading it; nil for others.
func (j *Job) Recall(r Ref) *Item {
	k, ok := j.known[j.Node(r)]
	if !ok || j.Folders[r.Folder].Source.kept != nil || j.leftOut(r.Folder) != "" {
		return nil
	}
	it := j.item(r)
	if stamp, err := it.src.Store.Stamp(r.ID); err != nil || stamp != k.Stamp {
		return nil
	}
	it.ItemID, it.known = k.Item, true
	return it
}

// Identify is [Job.Open], but does not read an item whose identity is known.
func (j *Job) Identify(r Ref) (*Item, error) {
	if it := j.Recall(r); it != nil {
		return it, nil
	}
	return j.Open(r)
}

// Known is what an earlier run may [Job.Remember] of an item; ok is false when
// there is nothing new to say.
func (j *Job) Known(it *Item) (k journal.Known, ok bool) {
	if it.known || it.entry != nil {
		return k, false
	}
	stamp, err := it.src.Store.Stamp(it.ID)
	if err != nil {
		return k, false
	}
	n := j.Node(it.Ref)
	return journal.Known{Store: n.Store, Node: n.Node, Stamp: stamp, Item: it.ItemID}, true
}

// Node names an item, the same wherever the data file lies, and in a rescue folder
// too.
func (j *Job) Node(r Ref) journal.Node {
	src := j.Folders[r.Folder].Source
	if e := src.entry(r); e != nil {
		return journal.Node{Store: e.Store, Node: e.Node}
	}
	return journal.Node{Store: src.key, Node: uint32(r.ID)}
}

func storeKey(recordKey []byte) string { return hex.EncodeToString(recordKey) }

// Load reads the item if only its identity is known so far. The error is a
// *Refusal.
func (it *Item) Load() error {
	if it.entry != nil {
		return it.present()
	}
	if it.item != nil {
		return nil
	}
	if err := it.open(); err != nil {
		return &Refusal{State: report.Failed, Category: "unreadable", Detail: fmt.Sprintf("the item cannot be read: %v", err)}
	}
	it.options = it.src.options()
	it.item = eml.Load(it.msg, it.options)
	return nil
}

func (it *Item) open() (err error) {
	if it.msg == nil {
		it.msg, err = it.src.Store.Message(it.ID)
	}
	return err
}
