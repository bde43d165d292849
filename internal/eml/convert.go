package eml

import (
	"bufio"
	"hash"
	"io"
	"sync"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst"
)

// rootID is what boundaries are made from: the Message-ID of the message.
func (it *item) rootID(h *header) string {
	if id := h.value("Message-ID"); id != "" {
		return id
	}
	return it.syntheticID()
}

// writers are used again: they are large beside most messages.
var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 64<<10) }}

// writeFile writes the message with a line end after its last line.
func (e *entity) writeFile(w io.Writer) error {
	b := writers.Get().(*bufio.Writer)
	b.Reset(w)
	defer func() {
		b.Reset(nil)
		writers.Put(b)
	}()
	if err := e.write(b); err != nil {
		return err
	}
	if _, err := b.WriteString(e.root.ending); err != nil {
		return err
	}
	return b.Flush()
}

func (it *item) result(h *header) *Result {
	res := &Result{
		MessageID:    h.value("Message-ID"),
		From:         h.value("From"),
		Subject:      it.subject(),
		InternalDate: it.internalDate(),
		Flags:        it.flags(h.has("Disposition-Notification-To")),
	}
	if t, ok := parseDate(h.value("Date")); ok {
		res.Date = t
	}
	res.Warnings = it.warnings()
	return res
}

// warnings are what could not be carried over, each once.
func (it *item) warnings() []Warning {
	var out []Warning
	seen := map[Warning]bool{}
	for _, w := range append(it.run.warnings, it.faults()...) {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

// faults are the properties that could not be read, of the item and everything
// in it (I3).
func (it *item) faults() []Warning {
	var out []Warning
	add := func(p properties, where string) {
		for _, err := range p.Faults() {
			out = append(out, Warning{Rule: "I3", Detail: cleanText(where + err.Error())})
		}
	}
	add(it.properties, "")
	for _, a := range it.atts {
		add(a.sourceFile, "attachment: ")
		if a.embedded != nil {
			out = append(out, a.embedded.faults()...)
		}
	}
	return out
}

// meter counts and hashes what goes to w.
type meter struct {
	w    io.Writer
	size int64
	sum  hash.Hash // nil: nobody asks for it
}

func (m *meter) Write(p []byte) (int, error) {
	n, err := m.w.Write(p)
	m.size += int64(n)
	if m.sum != nil {
		_, _ = m.sum.Write(p[:n]) // a hash does not fail
	}
	return n, err
}

// Subject is the item's subject as [Convert] would write it: without the marker
// of its prefix (P5) and fit for one line.
func Subject(m *pst.Message) string { return newRun(nil).item(pstItem{m}).subject() }

// ClassOf is the item's message class and kind.
func ClassOf(m *pst.Message) (class string, kind Kind) {
	class, _ = m.Text(mapi.MessageClass)
	flags, _ := m.Int(mapi.MessageFlags)
	return cleanText(class), Classify(class, flags)
}
