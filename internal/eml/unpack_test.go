package eml

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/cfb/cfbtest"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

func method(n int) psttest.Prop { return psttest.Int32(mapi.AttachMethod, n) }

// ole is an embedded object; a name of "" is none.
func ole(name string, data []byte) psttest.Attachment {
	a := psttest.Attachment{Data: data, Props: []psttest.Prop{method(mapi.AttachOLE)}}
	if name != "" {
		a.Props = append(a.Props, psttest.Str(mapi.DisplayName, name))
	}
	return a
}

func le32(n int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(n))) }

func sized(s string) string { return le32(len(s)) + s }

func wide(s string) string {
	var b []byte
	for _, r := range s {
		b = binary.LittleEndian.AppendUint16(b, uint16(r))
	}
	return string(b)
}

// packaged is a file as it is stored in an object; label8 is its name in a code
// page, label in Unicode, left out when empty.
func packaged(label8, label, data string) string {
	s := "\x02\x00" + label8 + "\x00C:\\x\\" + label8 + "\x00\x00\x00\x03\x00" + sized("C:\\TEMP\\x\x00") + sized(data)
	if label != "" {
		for _, w := range []string{"C:\\TEMP\\x", label, "C:\\x"} {
			s += le32(len([]rune(w))) + wide(w)
		}
	}
	return s
}

func storage(stream, data string) []byte {
	return cfbtest.Build([16]byte{}, map[string][]byte{stream: []byte(data), "\x01Ole": make([]byte, 20)})
}

// dib is a bitmap of one pixel without the header of a file.
var dib = le32(40) + le32(1) + le32(1) + "\x01\x00\x18\x00" + strings.Repeat("\x00", 24) + "\x01\x02\x03\x00"

const bmpHeader = "BM\x3A\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00"

func TestC59OLE(t *testing.T) {
	emf := le32(1) + strings.Repeat("x", 36) + " EMF" + "rest"
	pres := func(format int, data string) string {
		return le32(-1) + le32(format) + le32(4) + strings.Repeat("\x00", 24) + sized(data)
	}
	ole1 := func(class, native string) []byte {
		return []byte(le32(0x501) + le32(2) + sized(class+"\x00") + sized("") + sized("") + sized(native) + "presentation")
	}
	word := storage("WordDocument", "text")
	for _, tc := range []struct {
		test, name       string
		data             []byte
		file, kind, want string
	}{
		{"package", "", storage("\x01Ole10Native", sized(packaged("a.xls", "", "inner"))), "a.xls", extensionTypes["xls"], "inner"},
		{"package with a Unicode label", "x", storage("\x01Ole10Native", sized(packaged("?.xls", "é.xls", "inner"))), "é.xls", extensionTypes["xls"], "inner"},
		{"picture of an old program", "Paint", storage("\x01Ole10Native", sized("BM picture")), "Paint.bmp", "image/bmp", "BM picture"},
		{"bitmap", "Picture", storage("CONTENTS", dib), "Picture.bmp", "image/bmp", bmpHeader + dib},
		{"bitmap file", "", storage("CONTENTS", "BM picture"), "attachment-1.bmp", "image/bmp", "BM picture"},
		{"metafile", "", storage("CONTENTS", emf), "attachment-1.emf", "image/emf", emf},
		{"presentation", "", storage("\x02OlePres000", pres(3, "metafile")), "attachment-1.wmf", "image/wmf", "metafile"},
		{"presentation bitmap", "", storage("\x02OlePres000", pres(8, dib)), "attachment-1.bmp", "image/bmp", bmpHeader + dib},
		{"PDF", "Acrobat Document", storage("CONTENTS", "%PDF-1.4 x"), "Acrobat Document.pdf", "application/pdf", "%PDF-1.4 x"},
		{"new document", "Sheet", storage("Package", "PK\x03\x04 xl/workbook.xml"), "Sheet.xlsx", extensionTypes["xlsx"], "PK\x03\x04 xl/workbook.xml"},
		{"document", "Text", word, "Text.doc", "application/msword", string(word)},
		{"unknown object", "Thing", storage("Thing", "data"), "Thing.ole", "application/x-ole-storage", string(storage("Thing", "data"))},
		{"damaged", "Thing.x", word[:600], "Thing.x.ole", "application/x-ole-storage", string(word[:600])},
		{"OLE 1 package", "", ole1("Package", packaged("b.txt", "", "old")), "b.txt", "text/plain", "old"},
		{"OLE 1 document", "", ole1("Word.Document.8", string(word)), "attachment-1.doc", "application/msword", string(word)},
		{"OLE 1 unknown", "", ole1("Foo", "native"), "attachment-1.ole", "application/x-ole-storage", string(ole1("Foo", "native"))},
		{"large", "", storage("CONTENTS", "%PDF-"+strings.Repeat("x", 2<<20)), "attachment-1.pdf", "application/pdf", "%PDF-" + strings.Repeat("x", 2<<20)},
	} {
		s, res := convert(t, note().Attach(ole(tc.name, tc.data)), nil)
		leaves := wantTree(t, s, "mixed{text/plain "+tc.kind+"}")
		_, params, err := leaves[1].header.ContentDisposition()
		if err != nil || params["filename"] != tc.file || leaves[1].body != tc.want || len(res.Warnings) != 0 {
			t.Errorf("%s: %q with %d bytes (%v), want %d, %v", tc.test, params["filename"], len(leaves[1].body), err, len(tc.want), res.Warnings)
		}
	}
}

// Objects from anywhere are looked into without a panic; what comes out was in
// them.
func FuzzOLE(f *testing.F) {
	f.Add(storage("\x01Ole10Native", sized(packaged("a", "b", "c"))))
	f.Add([]byte(le32(0x501) + le32(2) + sized("Package\x00") + sized("") + sized("") + sized(packaged("a", "", "c"))))
	f.Add(macFileData("A", "data", "resource"))
	f.Add(storage("\x02OlePres000", le32(-1)+le32(8)+le32(4)+strings.Repeat("\x00", 24)+sized(dib)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if f, ok := parseMac(b, int64(len(b))); ok && f.resourceStart()+f.resource > int64(len(b)) {
			t.Fatalf("forks of %d and %d bytes in %d", f.data, f.resource, len(b))
		}
		file, ok := openOLE(b, func(b []byte) string { return string(b) })
		if len(file.data) > len(b) || len(file.prefix) > 14 || !ok && file.data != nil && len(file.prefix) > 0 {
			t.Fatalf("%d bytes of %d", len(file.data), len(b))
		}
	})
}

func TestC58Links(t *testing.T) {
	path := psttest.Str(mapi.AttachLongPathname, `\\server\share\Über.doc`)
	name := psttest.Str(mapi.AttachLongFilename, "a.doc")
	link := func(props ...psttest.Prop) psttest.Attachment { return psttest.Attachment{Props: props} }
	for _, tc := range []struct {
		test, tree, file, body string
		att                    psttest.Attachment
	}{
		{"path", "text/plain", "a.doc.link.txt", `\\server\share\Über.doc` + "\r\n", link(method(mapi.AttachByRefOnly), path, name)},
		{"short path", "text/plain", "a.doc.link.txt", `C:\A.DOC` + "\r\n", link(method(mapi.AttachByReference), psttest.Str(mapi.AttachPathname, `C:\A.DOC`), name)},
		{"name of the path", "text/plain", "Über.doc.link.txt", `\\server\share\Über.doc` + "\r\n", link(method(mapi.AttachByRefResolve), path)},
		{"web", "application/internet-shortcut", "a.doc.url", "[InternetShortcut]\r\nURL=https://x.org/a?b=c\r\n",
			link(method(mapi.AttachByWebRef), psttest.Str(mapi.AttachLongPathname, "https://x.org/a?b=c"), name)},
	} {
		s, res := convert(t, note().Attach(tc.att), nil)
		leaves := wantTree(t, s, "mixed{text/plain "+tc.tree+"}")
		_, params, err := leaves[1].header.ContentDisposition()
		if err != nil || params["filename"] != tc.file || strings.TrimSuffix(leaves[1].body, "\r\n") != strings.TrimSuffix(tc.body, "\r\n") || len(res.Warnings) != 0 {
			t.Errorf("%s: %v, %q, %v (%v)", tc.test, params, leaves[1].body, res.Warnings, err)
		}
	}
	both := link(method(mapi.AttachByWebRef), psttest.Str(mapi.AttachLongPathname, "https://x.org"), psttest.Str(mapi.AttachLongFilename, "a.txt"))
	both.Data = []byte("data")
	s, _ := convert(t, note().Attach(both), nil)
	wantTree(t, s, "mixed{text/plain application/internet-shortcut text/plain}")
	data := link(method(mapi.AttachByRefResolve), name, path)
	data.Data = []byte("data")
	s, _ = convert(t, note().Attach(data), nil)
	if leaves := wantTree(t, s, "mixed{text/plain application/msword}"); leaves[1].body != "data" {
		t.Error("data that is there was not used")
	}
	s, res := convert(t, note().Attach(link(method(mapi.AttachByRefOnly), name)), nil)
	wantTree(t, s, "mixed{text/plain application/msword}")
	wantRule(t, res, "A13", 1)
	one, two := note().Attach(link(method(4), name, path)), note().Attach(link(method(4), name, psttest.Str(mapi.AttachLongPathname, "x")))
	if itemID(t, one) == itemID(t, two) {
		t.Error("links to different places count as the same item")
	}
}

// macFileData is a file in MacBinary.
func macFileData(name, data, resource string) []byte {
	h := make([]byte, 128)
	h[1] = byte(len(name))
	copy(h[2:], name)
	copy(h[65:], "TEXTttxt\x01")
	binary.BigEndian.PutUint32(h[83:], uint32(len(data)))
	binary.BigEndian.PutUint32(h[87:], uint32(len(resource)))
	pad := func(s string) string { return s + strings.Repeat("\x00", -len(s)&127) }
	return []byte(string(h) + pad(data) + pad(resource))
}

func TestMacBinary(t *testing.T) {
	mac := func(data []byte, props ...psttest.Prop) *psttest.Message {
		return note().Attach(with(psttest.ByValue("a.txt", "application/mac-binhex40", data),
			append(props, psttest.Bin(mapi.AttachEncoding, []byte(macBinary)))...))
	}
	s, _ := convert(t, mac(macFileData("A", "data fork", "")), nil)
	if leaves := wantTree(t, s, "mixed{text/plain text/plain}"); leaves[1].body != "data fork" {
		t.Errorf("data %q", leaves[1].body)
	}
	s, _ = convert(t, mac(macFileData("A", strings.Repeat("d", 300), "resource"),
		psttest.Named(mapi.NameMacContentType, mapi.TypeString, "text/x-mac")), nil)
	leaves := wantTree(t, s, "mixed{text/plain appledouble{application/applefile text/x-mac}}")
	double := []byte(leaves[1].body)
	if leaves[2].body != strings.Repeat("d", 300) || !bytes.HasPrefix(double, []byte("\x00\x05\x16\x07\x00\x02\x00\x00")) {
		t.Errorf("data %q, header %q", leaves[2].body, double)
	}
	for _, e := range []struct {
		id   uint32
		want string
	}{{3, "A"}, {9, "TEXTttxt\x01" + strings.Repeat("\x00", 23)}, {2, "resource"}} {
		if got := appleEntry(double, e.id); got != e.want {
			t.Errorf("entry %d is %q, want %q", e.id, got, e.want)
		}
	}
	for name, bad := range map[string][]byte{"short": []byte("x"), "lengths": macFileData("A", strings.Repeat("d", 300), "")[:256]} {
		s, res := convert(t, mac(bad), nil)
		wantRule(t, res, "A16", 1)
		if leaves := wantTree(t, s, "mixed{text/plain text/plain}"); leaves[1].body != string(bad) {
			t.Errorf("%s: data %q", name, leaves[1].body)
		}
	}
}

// appleEntry is an entry of an AppleDouble file.
func appleEntry(b []byte, id uint32) string {
	for i := range int(binary.BigEndian.Uint16(b[24:])) {
		e := b[26+12*i:]
		if at, n := binary.BigEndian.Uint32(e[4:]), binary.BigEndian.Uint32(e[8:]); binary.BigEndian.Uint32(e) == id {
			return string(b[at : at+n])
		}
	}
	return ""
}

// A message that holds itself ends there.
func TestRepeatedMessage(t *testing.T) {
	m := open(t, note())
	it := newRun(nil).load(pstItem{m}, nil)
	if !it.repeats(pstItem{m}) {
		t.Error("the same message does not count as a repetition")
	}
	other := open(t, note(psttest.Str(mapi.Subject, "Other")))
	if other.ID = m.ID; it.repeats(pstItem{other}) {
		t.Error("another message of the same number counts as a repetition")
	}
}

// An item is read once: small attachments are not read again, large ones once
// more.
func TestLoadOnce(t *testing.T) {
	it := Load(open(t, note().Attach(psttest.ByValue("a.txt", "", []byte("small")), psttest.ByValue("b.bin", "", make([]byte, maxSpool+1)))), nil)
	if a := it.it.atts; string(a[0].spool) != "small" || a[1].spool != nil {
		t.Errorf("kept %d and %d bytes", len(a[0].spool), len(a[1].spool))
	}
	var one, two bytes.Buffer
	first, err := it.Convert(&one)
	if err != nil {
		t.Fatal(err)
	}
	second, err := it.Convert(&two)
	if err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) || first.SHA256 != second.SHA256 || first.ID != it.ID() || it.Faults() != nil {
		t.Errorf("the second conversion differs: %v, %v", err, it.Faults())
	}
	var many []psttest.Attachment
	for range 20 {
		many = append(many, psttest.ByValue("c.bin", "", make([]byte, maxSpool)))
	}
	kept := 0
	for _, a := range Load(open(t, note().Attach(many...)), nil).it.atts {
		kept += len(a.spool)
	}
	if kept != maxSpoolTotal {
		t.Errorf("%d bytes kept of an item", kept)
	}
}
