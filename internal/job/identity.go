package job

import (
	"encoding/hex"
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/pst2imap/pst2imap/internal/claim"
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
	j.appended = j.findAppended()
}

func (s *Source) remember(past *journal.Past) {
	ids := slices.Collect(s.ids())
	if !slices.IsSorted(ids) {
		slices.Sort(ids)
	}
	of := make([]known, len(ids))
	for i, stamp := range s.Store.Stamps(ids) {
		of[i].stamp = stamp
	}
	s.known = recollection{ids, of}
	near := 0
	know := func(store string, node uint32, stamp uint64, item string, e *journal.Entry) {
		if stamp == 0 || store != s.key {
			return
		}
		i, ok := s.known.find(pst.NodeID(node), near)
		if !ok || stamp != of[i].stamp {
			return
		}
		near = i + 1
		of[i].item = item
		if e != nil {
			of[i].entry = e
		}
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

// recollection is what is known of the items of a data file.
type recollection struct {
	ids []pst.NodeID // ascending
	of  []known      // parallel to ids
}

// known is what is known of an item without reading it.
type known struct {
	stamp uint64         // as it is now
	item  string         // its identity, if it has not changed since that was found out; "" otherwise
	entry *journal.Entry // what was appended last, in the same state; nil when there is none
}

// find gives the place of an item. It looks at near first: whoever asks for many asks
// for the next one.
func (r *recollection) find(id pst.NodeID, near int) (i int, ok bool) {
	if near < len(r.ids) && r.ids[near] == id {
		return near, true
	}
	return slices.BinarySearch(r.ids, id)
}

// appended is what the journal says of the item, as it is now; nil where it says no
// more than its identity.
func (k *known) appended() *journal.Entry {
	if k.entry == nil || k.entry.Item != k.item {
		return nil
	}
	return k.entry
}

// Recalls tells whether there is anything to recall.
func (j *Job) Recalls() bool {
	return slices.ContainsFunc(j.Sources, func(s *Source) bool { return s.recalls })
}

// Recall is an item whose identity is known, without reading it; nil for others.
func (j *Job) Recall(r Ref) *Item {
	known := &j.Folders[r.Folder].Source.known
	i, ok := known.find(r.ID, 0)
	if !ok || known.of[i].item == "" || j.leftOut(r.Folder) != "" {
		return nil
	}
	it := j.item(r)
	it.ItemID, it.known = known.of[i].item, true
	return it
}

// Appended is what was remembered of items that have not changed since they were
// appended, in the order of [Job.Items]; nothing without a journal. It is nil for
// others, and for those that are not the only one in their mailbox with their identity:
// which of them accounts for what has to be found out.
func (j *Job) Appended() []*journal.Entry { return j.appended }

func (j *Job) findAppended() []*journal.Entry {
	out := make([]*journal.Entry, 0, j.Messages())
	seen := make(map[uint64]int, j.Messages()) // by a hash of mailbox and identity
	seed := maphash.MakeSeed()
	near, folder, mailbox, unwanted := 0, -1, uint64(0), false
	for r := range j.Items() {
		n := len(out)
		out = append(out, nil)
		if r.Folder != folder {
			folder, unwanted = r.Folder, j.leftOut(r.Folder) != ""
			mailbox = maphash.String(seed, j.mailboxOf(folder))
		}
		known := &j.Folders[folder].Source.known
		i, ok := known.find(r.ID, near)
		if !ok || unwanted {
			continue
		}
		near = i + 1
		e := known.of[i].appended()
		if e == nil {
			continue
		}
		key := maphash.String(seed, e.Item) ^ mailbox
		if first, twice := seen[key]; twice {
			out[first] = nil
			continue
		}
		seen[key], out[n] = n, e
	}
	return out
}

// mailboxOf is where the items of a folder belong, "" before there is a plan; INBOX has
// one spelling.
func (j *Job) mailboxOf(folder int) string {
	if j.Targets == nil {
		return ""
	}
	return claim.MailboxName(j.Targets[folder].Mailbox)
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
