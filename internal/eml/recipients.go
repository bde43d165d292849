package eml

import (
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Types of recipients ([MS-OXOMSG] 2.2.3.1 PidTagRecipientType).
const (
	typeTo  = 1
	typeCc  = 2
	typeBcc = 3
)

// recipient is a row of the recipient table, or a name of PidTagDisplayTo and
// its like where there is no table.
type recipient struct {
	kind int
	mailbox
	raw group           // as stored
	row mapi.Properties // nil where there is no table
}

// loadAddresses reads senders and recipients. Pairs of distinguished name and
// Internet address in one of them serve the others.
func (it *item) loadAddresses() {
	it.sender = readGroup(it, senderIDs)
	it.representing = readGroup(it, representingIDs)
	rows, err := it.src.rows()
	if err != nil {
		it.run.warn("H15", "recipients: %v", err)
	}
	groups := make([]group, len(rows))
	for i, row := range rows {
		groups[i] = readRow(row)
	}
	it.known = knownAddresses(append([]group{it.sender, it.representing}, groups...))
	seen := map[recipientKey]bool{}
	for i, row := range rows {
		kind, _ := row.Int(mapi.RecipientType)
		if kind &= 0xF; kind < typeTo || kind > typeBcc {
			it.originators = append(it.originators, recipient{0, it.mailbox(groups[i]), groups[i], row})
			continue
		}
		it.addRecipient(recipient{int(kind), it.mailbox(groups[i]), groups[i], row}, seen)
	}
	for _, row := range rows {
		for _, err := range row.Faults() {
			it.run.warn("I3", "recipient: %v", err)
		}
	}
	if len(rows) == 0 {
		it.displayRecipients()
	}
}

// recipientKey tells exact duplicates.
type recipientKey struct {
	kind       int
	name, addr string
}

func (it *item) addRecipient(r recipient, seen map[recipientKey]bool) {
	key := recipientKey{r.kind, r.name, r.addr}
	switch {
	case r.empty():
		it.run.warn("H12", "a recipient without name and address (entry id %s)", entryKey(r.raw.entryID))
	case !seen[key]:
		seen[key] = true
		it.rcpts = append(it.rcpts, r)
	}
}

// readRow reads a row of the recipient table, with its alternative properties.
func readRow(row mapi.Properties) group {
	g := readGroup(row, rowIDs)
	for _, id := range []mapi.PropID{mapi.RecipientDisplayName, mapi.TransmittableName, mapi.SevenBitDisplayName} {
		if g.name == "" {
			s, _ := row.Text(id)
			g.name = cleanText(s)
		}
	}
	if len(g.entryID) == 0 {
		g.entryID, _ = row.Bytes(mapi.RecipientEntryID)
	}
	return g
}

// knownAddresses collects the distinguished names whose address stands beside them.
// The first of several addresses counts.
func knownAddresses(groups []group) map[string]string {
	known := map[string]string{}
	for _, g := range groups {
		addr, ok := validAddress(g.smtp)
		dn := strings.ToLower(g.email)
		if ok && dn != "" && g.isType("EX") && known[dn] == "" {
			known[dn] = addr
		}
	}
	return known
}

// displayRecipients takes names from the display properties when there is no
// recipient table (H16).
func (it *item) displayRecipients() {
	seen := map[recipientKey]bool{}
	for i, id := range []mapi.PropID{mapi.DisplayTo, mapi.DisplayCc, mapi.DisplayBcc} {
		for name := range strings.SplitSeq(it.text(id), ";") {
			name = strings.TrimSpace(name)
			if name == "" {
				continue
			}
			m := mailbox{name: cleanName(name, "")}
			if addr, ok := bareAddress(name); ok {
				m = mailbox{addr: addr}
			}
			it.addRecipient(recipient{i + typeTo, m, group{name: name}, nil}, seen)
		}
	}
}

// ofType are the mailboxes of the recipients of one type.
func (it *item) ofType(kind int) []mailbox {
	var out []mailbox
	for _, r := range it.rcpts {
		if r.kind == kind {
			out = append(out, r.mailbox)
		}
	}
	return out
}

// unknownSender stands for a sender of whom nothing but perhaps a name is known.
const unknownSender = "unknown@sender.invalid"

// senders are the From and Sender mailboxes (H14); an empty one is not written.
func (it *item) senders() (from, sender mailbox) {
	rep, snd := it.mailbox(it.representing), it.mailbox(it.sender)
	if it.smtp(it.representing) == "" && snd.addr != "" && it.representing.name != "" &&
		strings.EqualFold(it.representing.name, it.sender.name) {
		rep.addr = snd.addr // H9 step 5
		rep.name = cleanName(rep.name, rep.addr)
	}
	switch {
	case rep.addr != "":
		from = rep
		if snd.addr != "" && !snd.same(rep) {
			sender = snd
		}
		return from, sender
	case snd.addr != "":
		return snd, mailbox{}
	case it.unsent:
		addr, _ := validAddress(it.run.o.DefaultFrom)
		return mailbox{addr: addr}, mailbox{}
	}
	name := rep.name
	if name == "" {
		name = snd.name
	}
	if name == "" {
		name = "(unknown sender)"
	}
	return mailbox{name, unknownSender}, mailbox{}
}

// replyTo are the mailboxes of PidTagReplyRecipientEntries (H17).
func (it *item) replyTo(from mailbox) []mailbox {
	raw, _ := it.Bytes(mapi.ReplyRecipientEntries)
	entries, complete := flatEntries(raw)
	if !complete {
		it.run.warn("H17", "the list of reply addresses is damaged; %d could be read", len(entries))
	}
	names := strings.Split(it.text(mapi.ReplyRecipientNames), ";")
	var out []mailbox
	for i, id := range entries {
		e, _ := mapi.ParseAddressEntry(id, it.decode8)
		g := group{name: e.Name, addrType: e.Type, email: e.Email, entryID: id}
		if e.DN != "" {
			g.addrType, g.email = "EX", e.DN
		}
		if g.name == "" && len(names) == len(entries) {
			g.name = strings.TrimSpace(names[i])
		}
		if m := it.mailbox(g); !m.empty() {
			out = append(out, m)
		} else {
			it.run.warn("H17", "a reply address cannot be read (entry id %s)", entryKey(id))
		}
	}
	if len(out) == 1 && out[0].same(from) {
		return nil
	}
	return out
}
