package eml

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst"
)

// AddressMap knows the Internet addresses of people whom some items of a store
// name by a legacy distinguished name, because others name them by both (H11).
// It is a pure function of the store, and safe for concurrent use.
type AddressMap struct {
	names    map[string]string        // lower-case distinguished name -> address
	contacts map[pst.NodeID][3]string // addresses of the store's contacts
	called   map[pst.NodeID]string    // names of the store's contacts and distribution lists
	record   []byte                   // record key of the store
}

// Use makes o find addresses in the map. What o asked before is not asked any
// more.
func (m *AddressMap) Use(o *Options) {
	o.Resolver, o.Contact, o.Name, o.AddressMap = m.Resolve, m.Contact, m.Name, m.Hash()
}

// Resolve is the address of a distinguished name; letter case does not matter.
func (m *AddressMap) Resolve(dn string) (smtp string, ok bool) {
	smtp, ok = m.names[strings.ToLower(dn)]
	return smtp, ok
}

// Contact is an address of a contact of the store: its entry id ([MS-PST]
// 2.4.3.2) and which of its addresses is meant (0 to 2).
func (m *AddressMap) Contact(entryID []byte, which int) (smtp string, ok bool) {
	id, ok := m.node(entryID)
	if !ok || which < 0 || which > 2 {
		return "", false
	}
	smtp = m.contacts[id][which]
	return smtp, smtp != ""
}

// Name is that of a contact or distribution list of the store.
func (m *AddressMap) Name(entryID []byte) (name string, ok bool) {
	id, ok := m.node(entryID)
	if !ok {
		return "", false
	}
	name, ok = m.called[id]
	return name, ok
}

// node is the item that an entry id of the store names.
func (m *AddressMap) node(entryID []byte) (pst.NodeID, bool) {
	const size = 24
	if len(entryID) < size || !bytes.Equal(entryID[4:20], m.record) {
		return 0, false
	}
	return pst.NodeID(binary.LittleEndian.Uint32(entryID[20:])), true
}

// Hash identifies what the map answers, for [Options.AddressMap].
func (m *AddressMap) Hash() string {
	d := digester{sha256.New()}
	for _, dn := range slices.Sorted(maps.Keys(m.names)) {
		d.put(dn, m.names[dn])
	}
	for _, id := range slices.Sorted(maps.Keys(m.contacts)) {
		a := m.contacts[id]
		d.put(fmt.Sprint(uint32(id)), a[0], a[1], a[2])
	}
	return hex.EncodeToString(d.Sum(nil)[:8])
}

// BuildAddressMap reads the addresses of the given items, which should be all of
// the store. Items that cannot be opened are passed over; converting them will
// say so. Of several addresses of one name the most frequent counts, of equally
// frequent ones the first in the alphabet.
func BuildAddressMap(s *pst.Store, items iter.Seq[pst.NodeID]) *AddressMap {
	ids := make(chan []pst.NodeID)
	builders := make([]*mapBuilder, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i := range builders {
		b := &mapBuilder{seen: map[string]map[string]*spelling{}, contacts: map[pst.NodeID][3]string{}, called: map[pst.NodeID]string{}}
		builders[i] = b
		all.Go(func() {
			for some := range ids {
				b.messages(s, some)
			}
		})
	}
	for some := range slices.Chunk(slices.Collect(items), 100) {
		ids <- some
	}
	close(ids)
	all.Wait()
	b := builders[0]
	for _, other := range builders[1:] {
		b.merge(other)
	}
	return &AddressMap{names: b.choose(), contacts: b.contacts, called: b.called, record: s.RecordKey()}
}

// Add takes addresses over that go before those of the store.
func (m *AddressMap) Add(names map[string]string) {
	for dn, smtp := range names {
		m.names[strings.ToLower(dn)] = smtp
	}
}

// mapBuilder counts which addresses stand beside which names.
type mapBuilder struct {
	seen     map[string]map[string]*spelling // by lower-case name and address
	contacts map[pst.NodeID][3]string
	called   map[pst.NodeID]string
}

// spelling is an address, in the first of its spellings, and how often it was
// seen.
type spelling struct {
	text string
	n    int
}

func (b *mapBuilder) add(dn, smtp string) {
	addr, ok := validAddress(smtp)
	if dn = strings.ToLower(dn); !ok || !strings.HasPrefix(dn, "/") {
		return
	}
	list := b.seen[dn]
	if list == nil {
		list = map[string]*spelling{}
		b.seen[dn] = list
	}
	key := strings.ToLower(addr)
	if list[key] == nil {
		list[key] = &spelling{text: addr}
	}
	list[key].n++
	list[key].text = min(list[key].text, addr)
}

func (b *mapBuilder) messages(s *pst.Store, ids []pst.NodeID) {
	for _, id := range ids {
		if m, err := s.Message(id); err == nil {
			b.message(m)
		}
	}
}

// merge adds what another has seen; which saw what makes no difference.
func (b *mapBuilder) merge(other *mapBuilder) {
	maps.Copy(b.contacts, other.contacts)
	maps.Copy(b.called, other.called)
	for dn, list := range other.seen {
		if b.seen[dn] == nil {
			b.seen[dn] = list
			continue
		}
		for key, s := range list {
			if old := b.seen[dn][key]; old != nil {
				s.n, s.text = s.n+old.n, min(s.text, old.text)
			}
			b.seen[dn][key] = s
		}
	}
}

func (b *mapBuilder) choose() map[string]string {
	names := make(map[string]string, len(b.seen))
	for dn, list := range b.seen {
		var best *spelling
		for _, key := range slices.Sorted(maps.Keys(list)) {
			if s := list[key]; best == nil || s.n > best.n {
				best = s
			}
		}
		names[dn] = best.text
	}
	return names
}

var (
	receivedByIDs = groupIDs{mapi.ReceivedByName, mapi.ReceivedByAddressType, mapi.ReceivedByEmail,
		mapi.ReceivedByEntryID, mapi.ReceivedBySMTP, mapi.ReceivedBySearchKey}
	receivedForIDs = groupIDs{mapi.ReceivedForName, mapi.ReceivedForAddressType, mapi.ReceivedForEmail,
		mapi.ReceivedForEntryID, mapi.ReceivedForSMTP, mapi.ReceivedForSearchKey}
)

// message takes the pairs of one item: from the groups of properties that name
// people, the recipients, a contact's addresses and the original header.
func (b *mapBuilder) message(m *pst.Message) {
	it := newRun(nil).item(pstItem{m})
	for _, ids := range []groupIDs{senderIDs, representingIDs, receivedByIDs, receivedForIDs, receiptIDs} {
		if isExchange(m, ids) {
			b.group(it, readGroup(m, ids))
		}
	}
	rows, _ := m.Recipients() // what cannot be read is told when the item is converted
	for _, row := range rows {
		if isExchange(row, rowIDs) {
			b.group(it, readRow(row))
		}
	}
	switch _, kind := ClassOf(m); kind {
	case KindContact:
		b.contact(m)
		b.name(m)
	case KindGroup:
		b.name(m)
	default:
		b.header(it)
	}
}

// isExchange tells whether a group has an internal address: most have not, and
// then there is nothing to learn from it.
func isExchange(p mapi.Properties, ids groupIDs) bool {
	s, ok := p.Text(ids.addrType)
	return ok && strings.EqualFold(cleanText(s), "EX")
}

// group takes a name and the address in the same group: as a property, or in a
// one-off entry id.
func (b *mapBuilder) group(it *item, g group) {
	if !g.isType("EX") || g.email == "" {
		return
	}
	if e, ok := mapi.ParseAddressEntry(g.entryID, it.decode8); ok && g.smtp == "" && strings.EqualFold(e.Type, "SMTP") {
		g.smtp = e.Email
	}
	b.add(g.email, g.smtp)
}

// header takes the sender of the original header, if there is just one.
func (b *mapBuilder) header(it *item) {
	rep, snd := readGroup(it, representingIDs), readGroup(it, senderIDs)
	if !rep.isType("EX") && !snd.isType("EX") {
		return
	}
	text, _ := it.Text(mapi.TransportMessageHeaders)
	fields, _ := parseTransport(text)
	value, ok := lookup(fields, "From")
	var found []string
	for _, p := range scanAddresses(value) {
		if addr, ok := validAddress(p.text); ok && p.kind == addressPiece {
			found = append(found, addr)
		}
	}
	if !ok || len(found) != 1 {
		return
	}
	g := rep // the From field is whom the mail was sent for
	if !g.isType("EX") {
		if g.email != "" {
			return
		}
		g = snd
	}
	b.add(g.email, found[0])
}

// contact takes the addresses of a contact. The name that an Exchange address
// was entered with often is an Internet address.
func (b *mapBuilder) contact(m *pst.Message) {
	var out [3]string
	for i, names := range mapi.ContactAddresses {
		text := func(n mapi.Name) string {
			id, ok := m.NamedID(n)
			if !ok {
				return ""
			}
			s, _ := m.Text(id)
			return cleanText(s)
		}
		typ, email, original := text(names.Type), text(names.Address), text(names.Original)
		addr, ok := validAddress(email)
		if strings.EqualFold(typ, "EX") {
			if addr, ok = bareAddress(original); ok {
				b.add(email, addr)
			}
		}
		if ok {
			out[i] = addr
		}
	}
	if out != [3]string{} {
		b.contacts[m.ID] = out
	}
}

// name takes the name of a contact or distribution list.
func (b *mapBuilder) name(m *pst.Message) {
	s, _ := m.Text(mapi.DisplayName)
	if s = cleanText(s); s != "" {
		b.called[m.ID] = s
	}
}
