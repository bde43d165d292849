package eml

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// tnefOf writes an item as winmail.dat ([MS-OXTNEF] 2.1.3).
func tnefOf(m *psttest.Message) blob {
	b := blob{}.u32(0x223E9F78).u16(1)
	b = b.attribute(1, 0x00089006, blob{}.u32(0x10000)).attribute(1, 0x00069003, tnefProps(m.Props))
	for _, a := range m.Attachments {
		props := slices.Clone(a.Props)
		switch {
		case a.Embedded != nil:
			iid := mapi.MustGUID("00020307-0000-0000-C000-000000000046")
			props = append(props, psttest.Int32(mapi.AttachMethod, mapi.AttachEmbedded),
				psttest.Prop{ID: mapi.AttachData, Type: mapi.TypeObject, Value: append(iid[:], tnefOf(a.Embedded)...)})
		default:
			props = append(props, psttest.Int32(mapi.AttachMethod, mapi.AttachByValue), psttest.Bin(mapi.AttachData, a.Data))
		}
		b = b.attribute(2, 0x00069002, blob{}.u16(1).u32(-1, 0, 0)).attribute(2, 0x00069005, tnefProps(props))
	}
	return b
}

func (b blob) attribute(level byte, id int, data blob) blob {
	sum := 0
	for _, c := range data {
		sum += int(c)
	}
	b = append(append(b, level).u32(id, len(data)), data...)
	return b.u16(sum)
}

func tnefProps(list []psttest.Prop) blob {
	b := blob{}.u32(len(list))
	for i, p := range list {
		id := int(p.ID)
		if p.Name != (mapi.Name{}) {
			id = 0x8000 + i
		}
		b = b.u16(int(p.Type), id)
		if p.Name != (mapi.Name{}) {
			b = append(b, p.Name.Set[:]...).u32(0, int(p.Name.LID))
		}
		b = b.tnefValue(p)
	}
	return b
}

func (b blob) tnefValue(p psttest.Prop) blob {
	var data blob
	switch v := p.Value.(type) {
	case int:
		return b.u32(v)
	case bool:
		return b.u32(map[bool]int{true: 1}[v])
	case time.Time:
		ft := mapi.ToFileTime(v)
		return b.u32(int(ft&0xFFFFFFFF), int(ft>>32))
	case string:
		data = utf16le(v + "\x00")
	case []byte:
		data = v
	}
	b = append(b.u32(1, len(data)), data...)
	return append(b, make([]byte, -len(data)&3)...)
}

func winmail(m *psttest.Message) psttest.Attachment {
	return psttest.ByValue("winmail.dat", "application/ms-tnef", tnefOf(m))
}

// A18: what is in winmail.dat is a part of the message.
func TestWinmail(t *testing.T) {
	data := []byte("\x00\x01binary\r\n\xFF")
	formatted := note(htmlBody(`<p>Hi <b>Bob</b></p><img src="cid:a@x">`)).Attach(psttest.ByValue("Größe.bin", "", data),
		psttest.Inline("a.png", "image/png", "a@x", png))
	for _, tc := range []struct {
		test string
		m    *psttest.Message
		want string
	}{
		{"body and files", drop(note(), mapi.Body).Attach(winmail(formatted)), "mixed{related{alternative{text/plain text/html} image/png} application/octet-stream}"},
		{"the same text, formatted", note(psttest.Str(mapi.Body, "Hi Bob!\r\n")).Attach(winmail(formatted)),
			"mixed{related{alternative{text/plain text/html} image/png} application/octet-stream}"},
		{"formatted already", note(htmlBody("<p>Hi <i>Bob</i></p>")).Attach(winmail(drop(formatted, mapi.HTML))),
			"mixed{alternative{text/plain text/html} application/octet-stream image/png}"},
		{"the same text, formatted with more than its words", note(psttest.Str(mapi.Body, "Hi Bob! And more\r\n")).Attach(winmail(htmlOnly(
			htmlBody(`<ol><li>Hi <a href="http://x.org/">Bob</a>!<li>And <img src=x alt=pic> more</ol>`)))), "alternative{text/plain text/html}"},
		{"another message", note(psttest.Str(mapi.Body, "What is this?\r\n")).Attach(winmail(note().Attach(psttest.ByValue("a.bin", "", data)))),
			"mixed{text/plain message[mixed{text/plain application/octet-stream}]}"},
		{"among others, in one another", note().Attach(psttest.ByValue("1.pdf", "", []byte("%PDF-1")), winmail(note().Attach(winmail(note().Attach(psttest.ByValue("2.bin", "", data)))))),
			"mixed{text/plain application/pdf application/octet-stream}"},
		{"a message in it", note().Attach(winmail(note().Attach(psttest.Embed(note())))), "mixed{text/plain message[text/plain]}"},
		{"a meeting", note().Attach(winmail(meeting("Request"))), "alternative{text/plain text/calendar}"},
		{"a contact", note().Attach(winmail(note(class("IPM.Contact")))), "mixed{text/plain text/vcard}"},
	} {
		s, res := convert(t, tc.m, nil)
		leaves := wantTree(t, s, tc.want)
		for _, l := range leaves {
			if strings.Contains(l.header.Get("Content-Disposition"), ".bin") && l.body != string(data) {
				t.Errorf("%s: data %q", tc.test, l.body)
			}
		}
		if strings.Contains(tc.test, "formatted") && !strings.HasPrefix(leaves[0].body, "Hi Bob") {
			t.Errorf("%s: text %q", tc.test, leaves[0].body)
		}
		if len(res.Warnings) > 0 || strings.Contains(s, "winmail") {
			t.Errorf("%s: warnings %v", tc.test, res.Warnings)
		}
		kept, _ := convert(t, tc.m, &Options{KeepTNEF: true})
		if !strings.Contains(kept, `name="winmail.dat"`) {
			t.Errorf("%s: it is not kept when it is to be", tc.test)
		}
	}
	if (&Options{}).IDLine("x") == (&Options{KeepTNEF: true}).IDLine("x") {
		t.Error("the choice is not in the id line")
	}
}

// A18: winmail.dat of which anything is lost stays, and nothing of it is used.
func TestWinmailKept(t *testing.T) {
	good := tnefOf(note().Attach(psttest.ByValue("a.bin", "", []byte("data"))))
	bad := slices.Clone(good)
	bad[len(bad)-1] ^= 1
	for name, m := range map[string]*psttest.Message{
		"checksum":  note().Attach(psttest.ByValue("winmail.dat", "application/ms-tnef", bad)),
		"cut off":   note().Attach(psttest.ByValue("winmail.dat", "application/ms-tnef", good[:len(good)-20])),
		"more data": note().Attach(psttest.ByValue("winmail.dat", "application/ms-tnef", append(slices.Clone(good), 0))),
		"a report":  note().Attach(winmail(note(class("REPORT.IPM.Note.NDR")))),
	} {
		s, res := convert(t, m, nil)
		leaves := wantTree(t, s, "mixed{text/plain application/ms-tnef}")
		if got := leaves[len(leaves)-1].body; got != string(m.Attachments[0].Data) {
			t.Errorf("%s: %d bytes, want %d", name, len(got), len(m.Attachments[0].Data))
		}
		wantRule(t, res, "A18", 1)
	}
	s, res := convert(t, note().Attach(psttest.ByValue("other.dat", "", good)), nil)
	wantTree(t, s, "mixed{text/plain application/octet-stream}")
	wantRule(t, res, "A18", 0)
}

// The identity of an item is the same whether winmail.dat is opened or not.
func TestWinmailIdentity(t *testing.T) {
	m := open(t, note().Attach(winmail(note(psttest.Str(mapi.Body, "another text")))))
	if a, b := Load(m, nil).ID(), Load(m, &Options{KeepTNEF: true}).ID(); a != b {
		t.Errorf("%s and %s", a, b)
	}
}

// Debian's tnef finds the same files in what the tests write.
func TestWinmailAsTnefReadsIt(t *testing.T) {
	tool := testneed.Tool(t, "tnef")
	dir := t.TempDir()
	path := filepath.Join(dir, "winmail.dat")
	a := psttest.ByValue("a.bin", "", []byte("data"))
	if err := os.WriteFile(path, tnefOf(note().Attach(a)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(tool, "-C", dir, path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "a.bin")); err != nil || string(b) != "data" {
		t.Errorf("%q, %v", b, err)
	}
}
