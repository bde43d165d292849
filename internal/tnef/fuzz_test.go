package tnef

import (
	"bytes"
	"io"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// FuzzRead holds what must be so for any bytes: an end, no more data than there
// is, the same answer twice, and no claim of completeness where the stream does
// not tell of every byte.
func FuzzRead(f *testing.F) {
	f.Add(newOut().Bytes())
	f.Add(nest(3))
	f.Add(newOut(msg(attSubject, "x\x00"), attr(levelMessage, attMsgProps, props(str(mapi.Subject, "y"),
		prop{id: 0x600E, typ: mapi.TypeBinary | mapi.MultiValue, value: [][]byte{[]byte("a"), []byte("bc")}},
		prop{id: 0x8000, name: &mapi.NameKeywords, typ: mapi.TypeString | mapi.MultiValue, value: [][]byte{utf16z("k")}}))).Bytes())
	f.Add(newOut(attr(levelMessage, attRecipTable, rows(props(long(mapi.RecipientType, 1)))), rendered(1, 1), att(attAttachData, "data")).Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Read(bytes.NewReader(b), int64(len(b)), nil)
		if err != nil {
			return
		}
		again, _ := Read(bytes.NewReader(b), int64(len(b)), nil)
		if again.Complete() != m.Complete() || len(again.Faults()) != len(m.Faults()) {
			t.Error("another answer for the same bytes")
		}
		if m.Complete() != (len(m.Faults()) == 0) {
			t.Errorf("complete with %d faults", len(m.Faults()))
		}
		if m.Complete() && len(b) > 6 {
			if longer := read(t, append(bytes.Clone(b), 0)); longer.Complete() {
				t.Error("complete with a byte that belongs to nothing")
			}
		}
		useMessage(t, m, len(b), 0)
	})
}

func useMessage(t *testing.T, m *Message, size, depth int) {
	if depth > 21 {
		t.Fatal("too deep")
	}
	use(t, m.Properties, size)
	for _, r := range m.Recipients {
		use(t, r, size)
	}
	for _, a := range m.Attachments {
		use(t, a.Properties, size)
		if a.Embedded != nil {
			useMessage(t, a.Embedded, size, depth+1)
		}
	}
}

func use(t *testing.T, p *Properties, size int) {
	for id := range p.All() {
		v, err := p.Value(id)
		if err != nil || len(v.Data) > 2*size+16 {
			t.Errorf("%v: %d bytes out of %d, %v", id, len(v.Data), size, err)
		}
		if v.Type.IsMultiple() {
			if _, err := v.Elements(); err != nil {
				t.Errorf("%v: %v", id, err)
			}
		}
		p.Text(id)
		p.Texts(id)
		p.Time(id)
		r, n, err := p.Open(id)
		if err != nil {
			t.Errorf("%v: %v", id, err)
			continue
		}
		if got, err := io.Copy(io.Discard, r); err != nil || got != n {
			t.Errorf("%v: %d of %d bytes, %v", id, got, n, err)
		}
		if name, ok := p.NameOf(id); ok {
			if back, _ := p.NamedID(name); back != id {
				t.Errorf("%v is %v is %v", id, name, back)
			}
		}
	}
}
