package eml

import (
	"encoding/hex"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// groupIDs are the properties that together describe one person (H8).
type groupIDs struct {
	name, addrType, email, entryID, smtp, searchKey mapi.PropID
}

var (
	senderIDs = groupIDs{mapi.SenderName, mapi.SenderAddressType, mapi.SenderEmail, mapi.SenderEntryID,
		mapi.SenderSMTP, mapi.SenderSearchKey}
	representingIDs = groupIDs{mapi.SentRepresentingName, mapi.SentRepresentingAddressType,
		mapi.SentRepresentingEmail, mapi.SentRepresentingEntryID, mapi.SentRepresentingSMTP,
		mapi.SentRepresentingSearchKey}
	receiptIDs = groupIDs{mapi.ReadReceiptName, mapi.ReadReceiptAddressType, mapi.ReadReceiptEmail,
		mapi.ReadReceiptEntryID, mapi.ReadReceiptSMTP, mapi.ReadReceiptSearchKey}
	rowIDs = groupIDs{mapi.DisplayName, mapi.AddressType, mapi.EmailAddress, mapi.EntryID, mapi.SmtpAddress,
		mapi.SearchKey}
)

// group is a person as an item describes them.
type group struct {
	name, addrType, email, smtp string
	entryID, searchKey          []byte
}

func readGroup(p mapi.Properties, ids groupIDs) group {
	text := func(id mapi.PropID) string {
		s, _ := p.Text(id)
		return cleanText(s)
	}
	g := group{name: text(ids.name), addrType: text(ids.addrType), email: text(ids.email), smtp: text(ids.smtp)}
	g.entryID, _ = p.Bytes(ids.entryID)
	g.searchKey, _ = p.Bytes(ids.searchKey)
	return g
}

func (g group) isType(t string) bool { return strings.EqualFold(g.addrType, t) }

// mailbox resolves a group to what is written into the header (H9, H12, H13).
func (it *item) mailbox(g group) mailbox {
	addr := it.smtp(g)
	if addr == "" && g.email != "" && g.addrType != "" && !g.isType("SMTP") {
		addr = imcea(strings.ToUpper(g.addrType), g.email, it.run.o.imceaDomain())
	}
	m := mailbox{name: cleanName(it.groupName(g), addr), addr: addr}
	if addr == "" && g.email != "" && !strings.EqualFold(m.name, g.email) {
		m.name = strings.TrimSpace(m.name + " <" + g.email + ">") // an address nobody can use, kept as text
	}
	return m
}

// groupName is the name of a group, if need be that of its one-off entry id.
func (it *item) groupName(g group) string {
	if g.name != "" {
		return g.name
	}
	e, _ := mapi.ParseAddressEntry(g.entryID, it.decode8)
	return e.Name
}

// smtp finds the Internet address of a group (H9 steps 1 to 8); "" without one.
func (it *item) smtp(g group) string {
	if addr, ok := validAddress(g.smtp); ok {
		return addr
	}
	if addr, ok := validAddress(g.email); ok && g.isType("SMTP") {
		return addr
	}
	if addr, ok := bareAddress(g.email); ok && !g.isType("EX") && !g.isType("X400") && !g.isType("FAX") {
		return addr
	}
	addr, dn := it.entrySMTP(g.entryID)
	if addr != "" {
		return addr
	}
	if g.isType("EX") && g.email != "" {
		dn = g.email
	}
	if addr = it.dnSMTP(dn); addr != "" {
		return addr
	}
	if addr, ok := searchKeySMTP(g.searchKey); ok {
		return addr
	}
	if addr, ok := bareAddress(g.name); ok {
		return addr
	}
	return ""
}

// entrySMTP is the address in an entry id, or the distinguished name in it.
func (it *item) entrySMTP(id []byte) (addr, dn string) {
	e, ok := mapi.ParseAddressEntry(id, it.decode8)
	switch {
	case !ok:
		return "", ""
	case e.Object != nil && it.run.o.Contact != nil:
		s, _ := it.run.contact(e.Object, e.Which)
		addr, _ = validAddress(s)
	case strings.EqualFold(e.Type, "SMTP"):
		addr, _ = validAddress(e.Email)
	case strings.EqualFold(e.Type, "EX"):
		dn = e.Email
	}
	return addr, dn + e.DN
}

// dnSMTP asks this item and then the caller for the address of a legacy
// distinguished name (H11).
func (it *item) dnSMTP(dn string) string {
	if dn == "" {
		return ""
	}
	if addr := it.known[strings.ToLower(dn)]; addr != "" {
		return addr
	}
	s, ok := it.run.resolve(dn)
	if !ok {
		return ""
	}
	addr, _ := validAddress(s)
	return addr
}

// searchKeySMTP reads an address from a search key: "SMTP:" address NUL
// ([MS-OXCMSG] 2.2.1.9 and address search keys of [MS-OXOABK]).
func searchKeySMTP(key []byte) (string, bool) {
	s, _, _ := strings.Cut(string(key), "\x00")
	if len(s) < 5 || !strings.EqualFold(s[:5], "SMTP:") || !printable(s) {
		return "", false
	}
	return validAddress(strings.ToLower(s[5:]))
}

// entryKey makes entry ids comparable in messages.
func entryKey(b []byte) string { return hex.EncodeToString(b[:min(len(b), 24)]) }
