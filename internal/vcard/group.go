package vcard

import (
	"encoding/binary"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Named properties of distribution lists ([MS-OXOCNTC] 2.2.2).
const (
	lidListName    = 0x8053
	lidListOneOffs = 0x8054
	lidListMembers = 0x8055
	lidListStream  = 0x8064
)

// listMember is an entry of a distribution list: where the member is, and name and
// address as they were when it was added. Either may be empty.
type listMember struct{ entry, oneOff []byte }

// group writes a distribution list (M50).
func (c *converter) group() {
	name := firstText(c.prop(mapi.DisplayName), c.named(lidListName), c.Subject, unnamed)
	c.text("FN", nil, name)
	if c.version == V3 { // has to be there (RFC 2426 3.1.2)
		c.line("N", nil, escape(name)+";;;;")
	}
	c.line(c.form("X-ADDRESSBOOKSERVER-KIND", "KIND"), nil, "group")
	for i, m := range c.members() {
		c.member(i+1, m)
	}
	c.note()
	c.categories()
	if n := len(c.Attachments); n > 0 {
		c.warn("M50", "%d attached files are not in the card", n)
	}
}

// member writes a member: by its address, or in a field of our own where there is
// none.
func (c *converter) member(n int, m listMember) {
	name, smtp, stored := c.person(m)
	if smtp != "" {
		var params []param
		if name != "" && !strings.EqualFold(name, smtp) {
			params = []param{{"X-CN", []string{name}}}
		}
		c.uri(c.form("X-ADDRESSBOOKSERVER-MEMBER", "MEMBER"), params, "mailto:", smtp)
		return
	}
	if stored != "" && stored != name {
		name = strings.TrimSpace(name + " <" + stored + ">")
	}
	c.warn("M50", "member %d has no Internet address", n)
	c.text("X-PST2IMAP-MEMBER", nil, firstText(name, unnamed))
}

// person is the name and address of a member. The entry id wins over what was
// noted when the member was added, as the contact may have been changed since.
// Without an Internet address, stored is the address that there is.
func (c *converter) person(m listMember) (name, smtp, stored string) {
	for _, id := range [][]byte{m.entry, m.oneOff} {
		e, ok := mapi.ParseAddressEntry(id, c.Decode8)
		if !ok {
			continue
		}
		n, s, other := c.entryPerson(e)
		name, smtp, stored = firstText(name, n), firstText(smtp, s), firstText(stored, other)
	}
	return name, smtp, stored
}

func (c *converter) entryPerson(e mapi.AddressEntry) (name, smtp, stored string) {
	name, stored = cleanLine(e.Name), firstText(e.Email, e.DN)
	switch {
	case e.Object != nil && c.o.Contact != nil:
		if n, s, ok := c.o.Contact(e.Object, e.Which); ok {
			name = cleanLine(n)
			if s = cleanLine(s); isAddress(s) {
				smtp = s
			}
		}
	case strings.EqualFold(e.Type, "EX"):
		smtp = c.resolve(cleanLine(e.Email))
	case e.DN != "":
		smtp = c.resolve(e.DN)
	case isAddress(stored) && !strings.EqualFold(e.Type, "FAX") && !strings.EqualFold(e.Type, "X400"):
		smtp = stored
	}
	return name, smtp, stored
}

// members are the entries of the list. The stream is used for lists that do not
// fit into the other properties, which then are stale or cut.
func (c *converter) members() []listMember {
	var stream []listMember
	whole := true
	if b, ok := c.Bytes(c.lid(lidListStream)); ok {
		stream, whole = parseListStream(b)
	}
	entries, oneOffs := c.binaries(lidListMembers), c.binaries(lidListOneOffs)
	pairs := make([]listMember, max(len(entries), len(oneOffs)))
	for i := range entries {
		pairs[i].entry = entries[i]
	}
	for i := range oneOffs {
		pairs[i].oneOff = oneOffs[i]
	}
	if !whole {
		c.warn("M50", "the stream of members is damaged: %d could be read", len(stream))
	}
	if len(stream) == 0 || !whole && len(pairs) > len(stream) {
		return pairs
	}
	return stream
}

// binaries are the elements of a named list of bytes.
func (c *converter) binaries(lid uint32) [][]byte {
	id := c.lid(lid)
	if !c.Has(id) {
		return nil
	}
	v, err := c.Value(id)
	if err != nil {
		c.warn("M50", "members: %v", err)
		return nil
	}
	list, err := v.Elements()
	if err != nil {
		c.warn("M50", "members: %v", err)
	}
	var out [][]byte
	for _, e := range list {
		if e.Type == mapi.TypeBinary {
			out = append(out, e.Data)
		}
	}
	return out
}

// parseListStream reads PidLidDistributionListStream ([MS-OXOCNTC] 2.2.2.2.4): u16
// version, u16 reserved, u32 build, u32 flags, u32 count, three sums of sizes, and
// then of each member entry id, one-off entry id and further data, each with its
// size before it. Members that can be located are returned even when whole is false.
func parseListStream(b []byte) (out []listMember, whole bool) {
	const header, version = 28, 1
	if len(b) < header || binary.LittleEndian.Uint16(b) != version {
		return nil, len(b) == 0
	}
	n := binary.LittleEndian.Uint32(b[12:])
	b = b[header:]
	for range n {
		var part [3][]byte
		for i := range part {
			if len(b) < 4 {
				return out, false
			}
			size := uint64(binary.LittleEndian.Uint32(b))
			if b = b[4:]; size > uint64(len(b)) {
				return out, false
			}
			part[i], b = b[:size:size], b[size:]
		}
		out = append(out, listMember{part[0], part[1]})
	}
	return out, true
}
