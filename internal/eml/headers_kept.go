package eml

import (
	"strings"
)

// keepHeader writes the original header: its fields in their order, byte for
// byte where that is allowed (H4, H6a, H7), and after them what it lacks (H5).
func (it *item) keepHeader(h *header, fields []rawField) {
	for _, f := range fields {
		if dropped(f.name) {
			continue
		}
		text, lossy := keep(f)
		if lossy != "" {
			it.run.warn("H6a", "%s", lossy)
		}
		h.add(f.name, text)
	}
	it.complete(h, fields)
}

// complete adds the fields that the original header lacks (H5). Of what the
// recipient table says, hidden recipients are added even where other
// recipients are named.
func (it *item) complete(h *header, fields []rawField) {
	from, _ := it.senders()
	h.addresses("From", from)
	if !h.has("Date") {
		it.addDate(h)
	}
	if h.has("To") || h.has("Cc") || h.has("Bcc") {
		it.addHidden(h, fields)
	} else {
		it.addRecipientFields(h)
	}
	if h.has("Subject") {
		it.compareSubject(h, fields)
	} else {
		h.add("Subject", unstructured("Subject", it.subject()))
	}
	if !h.has("Message-ID") {
		it.addMessageID(h)
	}
	it.addThread(h)
	it.addImportance(h)
	it.addKeywords(h)
	it.addMapiFields(h)
}

// addHidden adds the Bcc rows of the recipient table that the header does not
// name.
func (it *item) addHidden(h *header, fields []rawField) {
	hidden := it.ofType(typeBcc)
	if len(hidden) == 0 {
		return
	}
	named := map[string]bool{}
	var all strings.Builder
	for _, f := range fields {
		switch strings.ToLower(f.name) {
		case "to", "cc", "bcc":
			value := decodeWords(mendMojibake(f.value()))
			all.WriteString(strings.ToLower(value))
			all.WriteByte('\n')
			for _, w := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" \t<>,;:\"()", r) }) {
				named[strings.ToLower(w)] = true
			}
		}
	}
	var missing []mailbox
	for _, m := range hidden {
		there := named[strings.ToLower(m.addr)]
		if m.addr == "" {
			there = strings.Contains(all.String(), strings.ToLower(m.name))
		}
		if !there {
			missing = append(missing, m)
		}
	}
	if len(missing) > 0 {
		h.add("Bcc", addressField("Bcc", missing))
	}
}

// compareSubject adds the item's subject where it is not that of the header,
// because somebody edited it. Stores that cut subjects do not count.
func (it *item) compareSubject(h *header, fields []rawField) {
	own := oneBlank(it.subject())
	value, _ := lookup(fields, "Subject")
	original := oneBlank(cleanText(decodeWords(mendMojibake(value))))
	if own != "" && !strings.HasPrefix(original, own) {
		h.put("X-Outlook-Subject", it.subject())
	}
}

// oneBlank makes texts comparable that were folded differently.
func oneBlank(s string) string { return strings.Join(strings.Fields(s), " ") }
