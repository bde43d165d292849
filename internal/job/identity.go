package job

import (
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/pst"
)

// Remember takes over the identities of items from an earlier run. An item that
// was changed since then does not count.
func (j *Job) Remember(past *journal.Past) {
	if len(past.Entries)+len(past.Known) == 0 {
		return
	}
	for _, s := range j.Sources {
		if s.kept == nil {
			s.remember(past)
		}
	}
}

func (s *Source) remember(past *journal.Past) {
	ids := slices.Collect(s.ids())
	stamps := make(map[pst.NodeID]uint64, len(ids))
	for i, stamp := range s.Store.Stamps(ids) {
		stamps[ids[i]] = stamp
	}
	s.known = make(map[pst.NodeID]string, len(ids))
	know := func(store string, node uint32, stamp uint64, item string) {
		if id := pst.NodeID(node); store == s.key && stamp != 0 && stamps[id] == stamp {
			s.known[id] = item
		}
	}
	for _, e := range past.Entries {
		know(e.Store, e.Node, e.Stamp, e.Item)
	}
	for _, k := range past.Known {
		know(k.Store, k.Node, k.Stamp, k.Item)
	}
}

// Recalls tells whether there is anything to recall.
func (j *Job) Recalls() bool {
	return slices.ContainsFunc(j.Sources, func(s *Source) bool { return len(s.known) > 0 })
}

// Recall is an item whose identity is known, without reading it; nil for others.
func (j *Job) Recall(r Ref) *Item {
	id, ok := j.Folders[r.Folder].Source.known[r.ID]
	if !ok || j.leftOut(r.Folder) != "" {
		return nil
	}
	it := j.item(r)
	it.ItemID, it.known = id, true
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
	stamp := j.Stamp(it)
	if it.known || stamp == 0 {
		return k, false
	}
	n := j.Node(it.Ref)
	return journal.Known{Store: n.Store, Node: n.Node, Stamp: stamp, Item: it.ItemID}, true
}

// Stamp is that of an item, 0 for none.
func (j *Job) Stamp(it *Item) uint64 {
	if it.src.Store == nil {
		return 0
	}
	stamp, _ := it.src.Store.Stamp(it.ID) // 0 where it cannot be told
	return stamp
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
