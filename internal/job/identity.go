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
	s.known = make(map[pst.NodeID]known, len(ids))
	for i, stamp := range s.Store.Stamps(ids) {
		s.known[ids[i]] = known{stamp: stamp}
	}
	know := func(store string, node uint32, stamp uint64, item string, e *journal.Entry) {
		k, ok := s.known[pst.NodeID(node)]
		if !ok || stamp == 0 || stamp != k.stamp || store != s.key {
			return
		}
		k.item = item
		if e != nil {
			k.entry = e
		}
		s.known[pst.NodeID(node)] = k
		s.recalls = true
	}
	for i := range past.Entries {
		e := &past.Entries[i]
		know(e.Store, e.Node, e.Stamp, e.Item, e)
	}
	for i := range past.Known {
		k := &past.Known[i]
		know(k.Store, k.Node, k.Stamp, k.Item, nil)
	}
}

// known is what is known of an item without reading it.
type known struct {
	stamp uint64         // as it is now
	item  string         // its identity, if it has not changed since that was found out; "" otherwise
	entry *journal.Entry // what was appended last, in the same state; nil when there is none
}

// Recalls tells whether there is anything to recall.
func (j *Job) Recalls() bool {
	return slices.ContainsFunc(j.Sources, func(s *Source) bool { return s.recalls })
}

// Recall is an item whose identity is known, without reading it; nil for others.
func (j *Job) Recall(r Ref) *Item {
	it, _ := j.RecallEntry(r)
	return it
}

// RecallEntry is Recall with what the journal says of the item; nil where it says no
// more than its identity.
func (j *Job) RecallEntry(r Ref) (*Item, *journal.Entry) {
	k := j.Folders[r.Folder].Source.known[r.ID]
	if k.item == "" || j.leftOut(r.Folder) != "" {
		return nil, nil
	}
	it := j.item(r)
	it.ItemID, it.known = k.item, true
	if k.entry == nil || k.entry.Item != k.item {
		return it, nil
	}
	return it, k.entry
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
