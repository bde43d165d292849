package tnef

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

func wantText(t *testing.T, p *Properties, id mapi.PropID, want string) {
	t.Helper()
	if got, ok := p.Text(id); !ok || got != want {
		t.Errorf("%v: %q, %v, want %q", id, got, ok, want)
	}
}

func wantInt(t *testing.T, p *Properties, id mapi.PropID, want int64) {
	t.Helper()
	if got, ok := p.Int(id); !ok || got != want {
		t.Errorf("%v: %d, %v, want %d", id, got, ok, want)
	}
}

// An old program's mail has no list of properties at all; all of it must come
// out under the names that data files use.
func TestOldAttributes(t *testing.T) {
	sent := time.Date(2004, 2, 17, 11, 25, 35, 0, time.UTC)
	from := new(out).u16(4).u16(0).u16(8).u16(21)
	from.WriteString("Zo\xe9 Lee\x00SMTP:zoe@example.org\x00")
	m := whole(t,
		attr(levelMessage, attTnefVersion, new(out).u32(0x10000).Bytes()),
		attr(levelMessage, attOemCodepage, new(out).u32(1252).u32(0).Bytes()),
		msg(attMessageClass, "IPM.Microsoft Mail.Note\x00"), msg(attOriginalMessageClass, "IPM.Note.Own\x00"),
		msg(attFrom, from.String()), msg(attSubject, "Gr\xfc\xdfe\x00"), msg(attBody, "a\r\nb\x00"),
		msg(attDateSent, dtr(sent)), msg(attDateRecd, dtr(sent.Add(time.Minute))), msg(attDateModified, dtr(time.Time{}.AddDate(-1, -1, 0))[:0]+string(make([]byte, 14))),
		msg(attDateStart, dtr(sent)), msg(attDateEnd, dtr(sent)),
		msg(attMessageStatus, "\xA1"), msg(attMessageID, "00FF7f\x00"), msg(attParentID, "01\x00"), msg(attConversationID, "02\x00"),
		msg(attPriority, "\x01\x00"), msg(attOwner, "\x04\x00Ann\x00\x16\x00SMTP:ann@example.org\x00\x00"),
		msg(attAidOwner, "\x07\x00\x00\x00"), msg(attRequestRes, "\x01\x00"), msg(attDelegate, "xyz"))
	for id, want := range map[mapi.PropID]string{
		mapi.MessageClass: "IPM.Note", propOriginalClass: "IPM.Note.Own", mapi.Subject: "Grüße", mapi.Body: "a\r\nb",
		mapi.SenderName: "Zoé Lee", mapi.SenderAddressType: "SMTP", mapi.SenderEmail: "zoe@example.org",
		mapi.SentRepresentingName: "Ann", mapi.SentRepresentingEmail: "ann@example.org",
	} {
		wantText(t, m.Properties, id, want)
	}
	for id, want := range map[mapi.PropID]time.Time{
		mapi.ClientSubmitTime: sent, mapi.MessageDeliveryTime: sent.Add(time.Minute), mapi.StartDate: sent, mapi.EndDate: sent,
	} {
		if got, ok := m.Time(id); !ok || !got.Equal(want) {
			t.Errorf("%v: %v, want %v", id, got, want)
		}
	}
	if m.Has(mapi.LastModificationTime) {
		t.Error("a date of zeros is one")
	}
	wantInt(t, m.Properties, mapi.MessageFlags, mapi.FlagRead|mapi.FlagHasAttach)
	wantInt(t, m.Properties, mapi.Importance, 2)
	wantInt(t, m.Properties, mapi.OwnerAppointmentID, 7)
	if !m.Bool(mapi.ResponseRequested) {
		t.Error("no answer is asked for")
	}
	for id, want := range map[mapi.PropID]string{
		mapi.SearchKey: "\x00\xFF\x7F", mapi.ParentKey: "\x01", propConversationKey: "\x02", mapi.ReceivedForEntryID: "xyz",
	} {
		if b, ok := m.Bytes(id); !ok || string(b) != want {
			t.Errorf("%v: % x", id, b)
		}
	}
}

// Values of all types read like those of a data file.
func TestPropertiesOfAllTypes(t *testing.T) {
	le := binary.LittleEndian
	when := time.Date(2024, 3, 5, 8, 9, 10, 0, time.UTC)
	keywords := mapi.Name{Set: mapi.PSPublicStrings, Str: "Keywords"}
	lid := mapi.Name{Set: mapi.PSetCommon, LID: 0x8520}
	m := whole(t, attr(levelMessage, attMsgProps, props(
		prop{id: 0x6001, typ: mapi.TypeInt16, value: []byte{0xFE, 0xFF}},
		long(0x6002, -2),
		prop{id: 0x6003, typ: mapi.TypeFloat64, value: le.AppendUint64(nil, math.Float64bits(1.5))},
		prop{id: 0x6004, typ: mapi.TypeBool, value: []byte{0, 1}},
		prop{id: 0x6005, typ: mapi.TypeInt64, value: le.AppendUint64(nil, 1<<40)},
		prop{id: 0x6006, typ: mapi.TypeTime, value: le.AppendUint64(nil, mapi.ToFileTime(when))},
		prop{id: 0x6007, typ: mapi.TypeGUID, value: mapi.PSetCommon[:]},
		prop{id: 0x6008, typ: mapi.TypeString8, value: []byte("caf\xe9\x00")},
		str(0x6009, "漢字😀"),
		prop{id: 0x600A, typ: mapi.TypeBinary, value: []byte("12345")},
		prop{id: 0x600B, typ: mapi.TypeNull, value: []byte{}},
		prop{id: 0x600C, typ: mapi.TypeInt16 | mapi.MultiValue, value: [][]byte{{1, 0}, {2, 0}, {3, 0}}},
		prop{id: 0x600D, typ: mapi.TypeInt64 | mapi.MultiValue, value: [][]byte{le.AppendUint64(nil, 5)}},
		prop{id: 0x600E, typ: mapi.TypeBinary | mapi.MultiValue, value: [][]byte{[]byte("a"), {}, []byte("bcdef")}},
		prop{id: 0x600F, typ: mapi.TypeBool | mapi.MultiValue, value: [][]byte{{1, 0}, {0, 0}}},
		prop{id: 0x6010, typ: mapi.TypeFloat32, value: make([]byte, 4)},
		prop{id: 0x8123, name: &keywords, typ: mapi.TypeString | mapi.MultiValue, value: [][]byte{utf16z("one"), utf16z("zwei ü")}},
		prop{id: 0x8123, name: &lid, typ: mapi.TypeInt32, value: []byte{9, 0, 0, 0}}, // the number in the stream means nothing
	)))
	for id, want := range map[mapi.PropID]int64{0x6001: -2, 0x6002: -2, 0x6004: 1, 0x6005: 1 << 40} {
		wantInt(t, m.Properties, id, want)
	}
	wantText(t, m.Properties, 0x6008, "café")
	wantText(t, m.Properties, 0x6009, "漢字😀")
	if got, ok := m.Time(0x6006); !ok || !got.Equal(when) {
		t.Errorf("time %v", got)
	}
	if v, err := m.Value(0x6003); err != nil || math.Float64frombits(le.Uint64(v.Data)) != 1.5 {
		t.Errorf("double %v, %v", v, err)
	}
	for id, want := range map[mapi.PropID][]string{
		0x600C: {"\x01\x00", "\x02\x00", "\x03\x00"}, 0x600D: {"\x05\x00\x00\x00\x00\x00\x00\x00"},
		0x600E: {"a", "", "bcdef"}, 0x600F: {"\x01", "\x00"},
	} {
		v, err := m.Value(id)
		list, err2 := v.Elements()
		var got []string
		for _, e := range list {
			got = append(got, string(e.Data))
		}
		if err != nil || err2 != nil || !slices.Equal(got, want) {
			t.Errorf("%v: %q, %v, %v", id, got, err, err2)
		}
	}
	if id, ok := m.NamedID(keywords); !ok || !slices.Equal(m.Texts(id), []string{"one", "zwei ü"}) {
		t.Errorf("keywords: %v", ok)
	} else if n, ok := m.NameOf(id); !ok || n != keywords {
		t.Errorf("the name of %v is %v", id, n)
	}
	if id, ok := m.NamedID(lid); !ok {
		t.Error("no property by number")
	} else {
		wantInt(t, m.Properties, id, 9)
	}
	if !m.Has(0x600B) || m.Type(0x600B) != mapi.TypeNull || m.Has(0x6FFF) {
		t.Error("which properties there are")
	}
	last, n := mapi.PropID(0), 0
	for id := range m.All() {
		if id <= last {
			t.Errorf("%v after %v", id, last)
		}
		last, n = id, n+1
	}
	if n != 18 {
		t.Errorf("%d properties", n)
	}
}

// A mail as Outlook sends it: both kinds of attributes, recipients, files, a
// message in it and in that one more file.
func TestMessage(t *testing.T) {
	inner := newOut(msg(attMessageClass, "IPM.Microsoft Mail.Note\x00"),
		attr(levelMessage, attMsgProps, props(str(mapi.Subject, "inner"), prop{id: 0x6000, typ: mapi.TypeString8, value: []byte("\xcf\xf0\xe8\x00")})),
		rendered(1, 0), att(attAttachTitle, "deep.txt\x00"), att(attAttachData, "deep")).Bytes()
	big := bytes.Repeat([]byte("0123456789"), 50_000)
	m := whole(t,
		attr(levelMessage, attOemCodepage, new(out).u32(1251).u32(0).Bytes()),
		msg(attSubject, "old\x00"),
		attr(levelMessage, attMsgProps, props(str(mapi.Subject, "new"), prop{id: mapi.RtfCompressed, typ: mapi.TypeBinary, value: []byte("rtf")},
			prop{id: mapi.HTML, typ: mapi.TypeBinary, value: []byte("<p>")})),
		attr(levelMessage, attRecipTable, rows(
			props(str(mapi.DisplayName, "Ann"), long(mapi.RecipientType, 1)), props(), props(str(mapi.DisplayName, "Bob")))),
		rendered(1, 1), att(attAttachTitle, "SHORT~1.BIN\x00"), att(attAttachData, string(big)), att(attAttachMetaFile, "wmf"),
		att(attAttachCreateDate, dtr(time.Date(2000, 1, 2, 3, 4, 5, 0, time.UTC))),
		attr(levelAttachment, attAttachment, props(str(mapi.AttachLongFilename, "long name.bin"), long(mapi.AttachMethod, 1))),
		rendered(1, 0), attr(levelAttachment, attAttachment, props(object(iidMessage, inner))),
		rendered(2, 0), attr(levelAttachment, attAttachment, props(object(mapi.MustGUID("0000000B-0000-0000-C000-000000000046"), []byte("storage")))))
	wantText(t, m.Properties, mapi.Subject, "new")
	if len(m.Recipients) != 2 || len(m.Attachments) != 3 {
		t.Fatalf("%d recipients, %d attachments", len(m.Recipients), len(m.Attachments))
	}
	wantText(t, m.Recipients[1], mapi.DisplayName, "Bob")
	a := m.Attachments[0]
	wantText(t, a.Properties, mapi.AttachLongFilename, "long name.bin")
	r, size, err := a.Open(mapi.AttachData)
	if err != nil || size != int64(len(big)) {
		t.Fatalf("%d bytes, %v", size, err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, big) {
		t.Errorf("the file has %d other bytes, %v", len(got), err)
	}
	if b, ok := a.Bytes(mapi.AttachEncoding); !ok || !bytes.Equal(b, macBinaryOID) {
		t.Error("the mark of MacBinary is lost")
	}
	if _, ok := a.Time(mapi.CreationTime); !ok {
		t.Error("the date is lost")
	}
	e := m.Attachments[1].Embedded
	if e == nil || len(e.Attachments) != 1 || !e.Complete() {
		t.Fatalf("the message in it: %v", e)
	}
	wantInt(t, m.Attachments[1].Properties, mapi.AttachMethod, mapi.AttachEmbedded)
	wantText(t, e.Properties, mapi.Subject, "inner")
	wantText(t, e.Properties, 0x6000, "При") // in the code page of the stream around it
	wantText(t, e.Attachments[0].Properties, mapi.AttachLongFilename, "deep.txt")
	wantInt(t, m.Attachments[2].Properties, mapi.AttachMethod, mapi.AttachOLE)
	if b, ok := m.Attachments[2].Bytes(mapi.AttachData); !ok || string(b) != "storage" {
		t.Errorf("the object is %q", b)
	}
}

// Whatever is damaged is told, and the rest is there.
func TestDamage(t *testing.T) {
	good := [][]byte{msg(attSubject, "hello\x00"), rendered(1, 0), att(attAttachTitle, "a.txt\x00"), att(attAttachData, "data")}
	flip := func(b []byte, i int) []byte { b = slices.Clone(b); b[i] ^= 0x40; return b }
	cut := func(b []byte, n int) []byte { return b[:len(b)-n] }
	for name, tc := range map[string]struct {
		attrs       [][]byte
		fault       string
		subject     string
		attachments int
	}{
		"wrong checksum":          {[][]byte{flip(good[0], header), good[1], good[3]}, "checksum", "(ello", 1},
		"no checksum at the end":  {[][]byte{good[0], good[1], cut(good[3], 2)}, "only 4 bytes are left", "hello", 1},
		"cut data":                {[][]byte{good[0], good[1], cut(good[3], 4)}, "only 2 bytes are left", "hello", 1},
		"garbage at the end":      {[][]byte{good[0], {0}}, "no attribute", "hello", 0},
		"unknown level":           {[][]byte{good[0], flip(good[1], 0)}, "no attribute", "hello", 0},
		"unknown attribute":       {[][]byte{msg(0x0006BEEF, "x"), good[0]}, "not known", "hello", 0},
		"a wrong version":         {[][]byte{msg(attTnefVersion, "\x00\x00\x02\x00"), good[0]}, "attTnefVersion", "hello", 0},
		"a date that is none":     {[][]byte{msg(attDateSent, dtr(time.Time{})[:12]), good[0]}, "no value", "hello", 0},
		"the 30th of February":    {[][]byte{msg(attDateSent, "\xe8\x07\x02\x00\x1e\x00\x00\x00\x00\x00\x00\x00\x00\x00"), good[0]}, "no value", "hello", 0},
		"no hexadecimal":          {[][]byte{msg(attMessageID, "xyz"), good[0]}, "no value", "hello", 0},
		"a number of three bytes": {[][]byte{msg(attAidOwner, "abc"), good[0]}, "3 bytes", "hello", 0},
		"a list that ends":        {[][]byte{attr(levelMessage, attMsgProps, cut(props(str(mapi.Subject, "x"), long(0x6000, 1)), 2)), good[0]}, "too early", "x", 0},
		"more than the list says": {[][]byte{attr(levelMessage, attMsgProps, append(props(str(mapi.Subject, "x")), "12345678"...))}, "behind its properties", "x", 0},
		"a count that lies":       {[][]byte{attr(levelMessage, attMsgProps, []byte("\xff\xff\xff\xff")), good[0]}, "too early", "hello", 0},
		"values that lie":         {[][]byte{attr(levelMessage, attMsgProps, append([]byte("\x01\x00\x00\x00\x02\x11\x00\x60"), "\xff\xff\xff\xff1234"...)), good[0]}, "too early", "hello", 0},
		"an unknown type":         {[][]byte{attr(levelMessage, attMsgProps, append([]byte("\x01\x00\x00\x00\x99\x00\x00\x60"), "\x01\x00\x00\x001234"...)), good[0]}, "type 0x0099", "hello", 0},
		"two different values":    {[][]byte{attr(levelMessage, attMsgProps, props(long(0x6000, 1), long(0x6000, 2))), good[0]}, "twice", "hello", 0},
		"a table that ends":       {[][]byte{attr(levelMessage, attRecipTable, cut(rows(props(long(0x6000, 1)), props(long(0x6000, 1))), 9)), good[0]}, "too early", "hello", 0},
		"a message that is none":  {[][]byte{good[0], rendered(1, 0), attr(levelAttachment, attAttachment, props(object(iidMessage, []byte("no stream"))))}, "no TNEF", "hello", 1},
	} {
		t.Run(name, func(t *testing.T) {
			m := read(t, newOut(tc.attrs...).Bytes())
			if m.Complete() || !strings.Contains(errors.Join(m.Faults()...).Error(), tc.fault) {
				t.Errorf("complete %v, faults %v, want %q", m.Complete(), m.Faults(), tc.fault)
			}
			if s, _ := m.Text(mapi.Subject); s != tc.subject || len(m.Attachments) != tc.attachments {
				t.Errorf("subject %q and %d attachments, want %q and %d", s, len(m.Attachments), tc.subject, tc.attachments)
			}
		})
	}
	if _, err := Read(strings.NewReader("%PDF-1.4"), 8, nil); !errors.Is(err, ErrNotTNEF) {
		t.Errorf("error %v", err)
	}
	whole(t, attr(levelMessage, attMsgProps, props(long(0x6000, 1), long(0x6000, 1)))) // some writers repeat themselves
}

// nest is a message with n levels of messages in it.
func nest(n int) []byte {
	b := newOut(msg(attSubject, "last\x00")).Bytes()
	for range n {
		b = newOut(rendered(1, 0), attr(levelAttachment, attAttachment, props(object(iidMessage, b)))).Bytes()
	}
	return b
}

func TestDepth(t *testing.T) {
	if m := read(t, nest(20)); !m.Complete() {
		t.Errorf("20 levels: %v", m.Faults())
	}
	m := read(t, nest(21))
	if m.Complete() || !strings.Contains(fmt.Sprint(m.Faults()), "levels") {
		t.Errorf("21 levels: %v", m.Faults())
	}
	b := nest(2)
	if m, err := Read(bytes.NewReader(b), int64(len(b)), &Options{MaxDepth: 1}); err != nil || m.Complete() {
		t.Errorf("the option is not heeded: %v", err)
	}
}

// A small stream cannot ask for much: properties are counted.
func TestManyProperties(t *testing.T) {
	list := bytes.Repeat([]byte("\x01\x00\x00\x60"), maxObjects+10)
	binary.LittleEndian.PutUint32(list, maxObjects+9)
	m := read(t, newOut(attr(levelMessage, attMsgProps, list)).Bytes())
	if m.Complete() || !strings.Contains(fmt.Sprint(m.Faults()), "more than") {
		t.Errorf("faults %v", m.Faults()[:1])
	}
}

// zeros are a stream's first bytes and then nothing but zeros, without memory.
type zeros []byte

func (z zeros) ReadAt(b []byte, off int64) (int, error) {
	clear(b)
	if off < int64(len(z)) {
		copy(b, z[off:])
	}
	return len(b), nil
}

// A text that cannot be held in memory is no reason to drop the original, a large
// file is none to keep it.
func TestLargeValues(t *testing.T) {
	const size = maxValue + 4
	for typ, complete := range map[mapi.PropType]bool{mapi.TypeString8: false, mapi.TypeBinary: true} {
		head := new(out).u32(1).u16(int(typ)).u16(0x6000).u32(1).u32(size).Bytes()
		stream := newOut().Bytes()
		a := new(out)
		a.WriteByte(byte(levelMessage))
		a.u32(uint32(attMsgProps)).u32(uint32(len(head) + size))
		stream = append(append(stream, a.Bytes()...), head...)
		end := int64(len(stream)) + size
		sum := uint16(0)
		for _, b := range head {
			sum += uint16(b)
		}
		m, err := Read(tail{zeros(stream), end, binary.LittleEndian.AppendUint16(nil, sum)}, end+trailer, nil)
		if err != nil || m.Complete() != complete {
			t.Errorf("%v: complete %v, %v, %v", typ, m.Complete(), m.Faults(), err)
		}
		if _, err := m.Value(0x6000); err == nil {
			t.Errorf("%v: %d bytes were read", typ, size)
		}
		if r, n, err := m.Open(0x6000); complete && (err != nil || n != size || r == nil) {
			t.Errorf("%v: %d bytes, %v", typ, n, err)
		}
	}
}

// tail is a reader with other bytes from end on.
type tail struct {
	io.ReaderAt
	end  int64
	last []byte
}

func (r tail) ReadAt(b []byte, off int64) (int, error) {
	n, err := r.ReaderAt.ReadAt(b, off)
	for i := int(max(0, min(r.end-off, int64(n)))); i < n; i++ {
		if at := off + int64(i) - r.end; at >= 0 && at < int64(len(r.last)) {
			b[i] = r.last[at]
		}
	}
	return n, err
}

func TestCodePage(t *testing.T) {
	subject := msg(attSubject, "\xcf\xf0\xe8\x00")
	b := newOut(subject).Bytes()
	m, err := Read(bytes.NewReader(b), int64(len(b)), &Options{CodePage: 1251})
	if err != nil {
		t.Fatal(err)
	}
	wantText(t, m.Properties, mapi.Subject, "При")
	for name, tc := range map[string]struct {
		attrs [][]byte
		want  string
	}{
		"none":                  {[][]byte{subject}, "Ïðè"},
		"of the properties":     {[][]byte{subject, attr(levelMessage, attMsgProps, props(long(mapi.MessageCodepage, 1251)))}, "При"},
		"UTF-16 is none":        {[][]byte{subject, attr(levelMessage, attMsgProps, props(long(mapi.MessageCodepage, 1200), long(mapi.InternetCodepage, 1251)))}, "При"},
		"UTF-8 in a wrong page": {[][]byte{msg(attOemCodepage, "\xe4\x04\x00\x00\x00\x00\x00\x00"), msg(attSubject, "\xc3\x81\xc3\x81\x00")}, "ÁÁ"},
	} {
		t.Run(name, func(t *testing.T) { wantText(t, whole(t, tc.attrs...).Properties, mapi.Subject, tc.want) })
	}
}
