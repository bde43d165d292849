package eml

import (
	"encoding/base64"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// header is a list of finished fields in the order of emission.
type header struct {
	text   strings.Builder
	values map[string]string // of the first field of a name in lower case

	content bool // fields of content are not taken: what follows has its own (M20)
}

func newHeader() *header { return &header{values: map[string]string{}} }

func (h *header) has(name string) bool {
	_, ok := h.values[strings.ToLower(name)]
	return ok
}

// value is the unfolded value of the first field of that name.
func (h *header) value(name string) string {
	_, v, _ := strings.Cut(h.values[strings.ToLower(name)], ":")
	return strings.TrimSpace(strings.ReplaceAll(v, "\r\n", ""))
}

// add appends a finished field.
func (h *header) add(name, field string) {
	if h.content && strings.HasPrefix(strings.ToLower(name), "content-") {
		return
	}
	h.text.WriteString(field)
	if !h.has(name) {
		h.values[strings.ToLower(name)] = field
	}
}

// put appends unstructured text unless it is empty or the field is there.
func (h *header) put(name, value string) {
	if cleanText(value) != "" && !h.has(name) {
		h.add(name, unstructured(name, value))
	}
}

// addresses appends an address list unless it is empty or the field is there.
func (h *header) addresses(name string, list ...mailbox) {
	var out []mailbox
	for _, m := range list {
		if !m.empty() {
			out = append(out, m)
		}
	}
	if len(out) > 0 && !h.has(name) {
		h.add(name, addressField(name, out))
	}
}

// words appends words that are not to be broken, folded between them.
func (h *header) words(name string, words []string) {
	if len(words) == 0 || h.has(name) {
		return
	}
	f := newField(name)
	for _, w := range words {
		f.word(w)
	}
	h.add(name, f.end())
}

// synthesize writes the header of an item without an original one, in the
// order of 2.3.
func (it *item) synthesize(h *header) {
	from, sender := it.senders()
	if addr, ok := bareAddress(it.text(mapi.OriginalMessageID)); ok && printable(addr) && !it.isReport() {
		h.add("Return-Path", "Return-Path: <"+addr+">\r\n") // H27: an old use of that property
	}
	it.addDate(h)
	h.addresses("From", from)
	h.addresses("Sender", sender)
	h.addresses("Reply-To", it.replyTo(from)...)
	it.addRecipientFields(h)
	h.add("Subject", unstructured("Subject", it.subject()))
	it.addMessageID(h)
	h.words("In-Reply-To", it.ids(mapi.InReplyToID))
	h.words("References", it.ids(mapi.InternetReferences))
	it.addThread(h)
	it.addImportance(h)
	it.addTimes(h)
	it.addReceipts(h)
	it.addAutomatic(h)
	h.put("List-Help", it.text(mapi.ListHelp))
	h.put("List-Subscribe", it.text(mapi.ListSubscribe))
	h.put("List-Unsubscribe", it.text(mapi.ListUnsubscribe))
	it.addKeywords(h)
	h.put("X-Message-Flag", it.named(mapi.NameFlagRequest))
	it.addKindFields(h)
	it.addNamedFields(h)
	it.addMapiFields(h)
}

func (it *item) addDate(h *header) {
	t, ok := it.date()
	if !ok {
		it.run.warn("H6", "the item has no date")
	}
	h.add("Date", "Date: "+formatDate(t)+"\r\n")
}

func (it *item) addRecipientFields(h *header) {
	h.addresses("To", it.ofType(typeTo)...)
	h.addresses("Cc", it.ofType(typeCc)...)
	h.addresses("Bcc", it.ofType(typeBcc)...)
}

// addMessageID adds the item's own id; only items that are uploaded get a
// synthetic one (H20).
func (it *item) addMessageID(h *header) {
	id := it.ownID()
	if id == "" && it.parent == nil {
		id = it.syntheticID()
	}
	if id != "" {
		h.add("Message-ID", "Message-ID: "+id+"\r\n")
	}
}

// ids are the message ids in a property (H21); words that are too long for a
// line are left out with a warning.
func (it *item) ids(p mapi.PropID) []string {
	var out []string
	for _, w := range strings.Fields(strings.ReplaceAll(it.text(p), "><", "> <")) {
		if !printable(w) || len(w) > maxToken {
			it.run.warn("H21", "an id in property %s cannot be written", p)
			continue
		}
		out = append(out, w)
	}
	return out
}

func (it *item) addThread(h *header) {
	h.put("Thread-Topic", it.text(mapi.ConversationTopic))
	index, _ := it.Bytes(mapi.ConversationIndex)
	text := base64.StdEncoding.EncodeToString(index)
	var words []string
	for ; text != ""; text = text[min(len(text), 64):] { // H21: no line over 76
		words = append(words, text[:min(len(text), 64)])
	}
	h.words("Thread-Index", words)
}

// addImportance is H22; ordinary values are not written.
func (it *item) addImportance(h *header) {
	if n, ok := it.Int(mapi.Importance); ok && n == 0 {
		h.put("Importance", "low")
		h.put("X-Priority", "5")
	} else if n == 2 {
		h.put("Importance", "high")
		h.put("X-Priority", "1")
	}
	switch n, _ := it.Int(mapi.Priority); n {
	case 1:
		h.put("Priority", "urgent")
	case -1:
		h.put("Priority", "non-urgent")
	}
	switch n, _ := it.Int(mapi.Sensitivity); n {
	case 1:
		h.put("Sensitivity", "Personal")
	case 2:
		h.put("Sensitivity", "Private")
	case 3:
		h.put("Sensitivity", "Company-Confidential")
	}
}

// addTimes is H23.
func (it *item) addTimes(h *header) {
	if t, ok := it.time(mapi.ExpiryTime); ok {
		h.put("Expiry-Date", formatDate(t))
	}
	if t, ok := it.time(mapi.ReplyTime); ok && it.named(mapi.NameFlagRequest) != "" {
		h.put("Reply-By", formatDate(t))
	}
}

// addReceipts is H24.
func (it *item) addReceipts(h *header) {
	wanted := it.mailbox(readGroup(it, receiptIDs))
	for _, g := range []group{it.sender, it.representing} {
		if wanted.addr == "" {
			wanted = it.mailbox(g)
		}
	}
	if it.Bool(mapi.ReadReceiptRequested) {
		h.addresses("Disposition-Notification-To", wanted)
	}
	if it.Bool(mapi.OriginatorDeliveryReport) {
		h.addresses("Return-Receipt-To", wanted)
	}
}

// suppressed names the bits of PidTagAutoResponseSuppress ([MS-OXOMSG]
// 2.2.1.77).
var suppressed = []string{"DR", "NDR", "RN", "NRN", "OOF", "AutoReply"}

// addAutomatic is H25.
func (it *item) addAutomatic(h *header) {
	class := normalClass(it.class)
	if strings.HasPrefix(class, "ipm.note.rules.ooftemplate") || strings.HasPrefix(class, "ipm.note.rules.replytemplate") {
		h.put("Auto-Submitted", "auto-replied")
	}
	n, ok := it.Int(mapi.AutoResponseSuppress)
	var names []string
	for i, name := range suppressed {
		if n&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	if n == -1 {
		names = []string{"All"}
	}
	if ok {
		h.put("X-Auto-Response-Suppress", strings.Join(names, ", "))
	}
	if it.Bool(mapi.AutoForwarded) {
		h.put("X-MS-Exchange-Organization-AutoForwarded", "true")
	}
}

// addKeywords writes the categories as phrases (H26).
func (it *item) addKeywords(h *header) {
	list := it.categories()
	if len(list) == 0 || h.has("Keywords") {
		return
	}
	f := newField("Keywords")
	for i, c := range list {
		suffix := ","
		if i == len(list)-1 {
			suffix = ""
		}
		f.foldBefore(phraseSize(c) + 1)
		f.phrase(c, suffix)
	}
	h.add("Keywords", f.end())
}
