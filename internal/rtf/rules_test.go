package rtf

import (
	"encoding/binary"
	"strings"
	"testing"
)

const headRich = `{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 ;}{\f1\froman Times <"New'> Roman;}{\f2\fcharset2 Symbol;}` +
	`{\f3\fcharset2 Wingdings;}{\f4\fmodern;}{\f5 ` + longName + `;}}{\colortbl;\red1\green2\blue3;\red300\green-1;}`

const longName = "Long name of a font that nobody would call a font by, 0123456789 0123456789"

func convert(t testing.TB, fragment string) *Result {
	t.Helper()
	r, err := Convert([]byte(headRich+fragment+"}"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// inside is the HTML between the tags of the body, without line ends.
func inside(t testing.TB, r *Result) string {
	t.Helper()
	_, rest, ok1 := strings.Cut(r.HTML, "<body>")
	body, _, ok2 := strings.Cut(rest, "</body>")
	if !ok1 || !ok2 {
		t.Fatalf("no body: %q", r.HTML)
	}
	return strings.ReplaceAll(body, "\r\n", "")
}

func TestRich(t *testing.T) {
	const span, end = `<div><span style="`, `</span></div>`
	for _, tc := range []struct{ name, in, html, text string }{
		{"C51 bold, hidden", `a {\b b}{\v c}\par`, "<div>a <b>b</b></div>", "a b\r\n"},
		{"C46 surrogates", `\u-10179 ?\u-8704 ?`, "<div>\U0001F600</div>", "\U0001F600"},
		{"a format without text", `\b\i\b0 a\i0\ul`, "<div><i>a</i></div>", "a"},
		{"formats that overlap", `\b a\i b\b0 c\i0 d`, "<div><b>a<i>b</i></b><i>c</i>d</div>", "abcd"},
		{"\\plain", `\b\fs40\cf1\v x\plain a`, "<div>a</div>", "a"},
		{"name of a font", `\f1 a`, span + `font-family:'Times New Roman',serif">a` + end, "a"},
		{"a font of a family only", `\f4 a`, span + `font-family:monospace">a` + end, "a"},
		{"a name too long", `\f5 a`, "<div>a</div>", "a"},
		{"sizes", `\fs0 a\fs-5 b\fs24 c\fs99999 d`, `<div>abc<span style="font-size:1638pt">d` + end, "abcd"},
		{"colours", `\cf1 a\cf2 b\cf3 c\cf-1 d`,
			`<div><span style="color:#010203">a</span><span style="color:#ff0000">b</span>cd</div>`, "abcd"},
		{"raised and lowered", `\up6 a\up0 b\dn6 c\dn0 d`, "<div><sup>a</sup>b<sub>c</sub>d</div>", "abcd"},
		{"blanks", " a  b \\b  c", "<div>&nbsp;a &nbsp;b <b>&nbsp;c</b></div>", " a  b  c"},
		{"control characters", "a\x01\x7f\\'0bb\\u7?c\\u0?d", "<div>abcd</div>", "abcd"},
		{"a mark of attachments in the text", `a\u-4?b`, "<div>a\ufffcb</div>", "a b"},
		{"a mark of HTML in the text", `<!--objattph 0--><img src="rtf-picture:0">`,
			`<div>&lt;!--objattph 0--&gt;&lt;img src=&quot;rtf-picture:0&quot;&gt;</div>`,
			`<!--objattph 0--><img src="rtf-picture:0">`},
		{"empty paragraphs", `\par\par`, "<div><br></div><div><br></div>", "\r\n\r\n"},
		{"a hidden end", `a{\v\par}b\par`, "<div>ab</div>", "ab\r\n"},
		{"the format at the end counts", `{\pard\qc a\par}b`, `<div style="text-align:center">a</div><div>b</div>`, "a\r\nb"},
		{"the last paragraph has its format", `{\pard\qc a}`, `<div style="text-align:center">a</div>`, "a"},
		{"indents out of bounds", `\li-100\fi-500\ri99999999 a\par`, `<div style="margin-right:1584pt">a</div>`, "a\r\n"},
		{"hanging further than indented", `\li200\fi-500 a\par`, `<div style="margin-left:10pt;text-indent:-10pt">a</div>`, "a\r\n"},
		{"label without indent", `{\pntext 1.\tab}a\par`, "<div>1.&nbsp;a</div>", "1.\ta\r\n"},
		{"Greek", `\f2 A\'61\'e6 1`, "<div>Αα" + `<span style="font-family:Symbol">æ</span> 1</div>`, "Ααæ 1"},
		{"private use", `\f3\u-3980?\u-4040?`, `<div>⧫<span style="font-family:Wingdings">8</span></div>`, "⧫8"},
		{"text after the end", `a}b`, "<div>ab</div>", "ab"},
		{"wrapped HTML as others see it", `{\*\htmltag <b>}\htmlrtf {\b \htmlrtf0 a\htmlrtf }\htmlrtf0`, "<div><b>a</b></div>", "a"},
		{"note", `a{\footnote b\par c\par}d`, "<div>a [b<br>c]d</div>", "a [b\r\nc]d"},
		{"line end and tab after a backslash", "a\\\nb\\\tc", `<div>a</div><div>b<span style="white-space:pre">` + "\t" + `</span>c</div>`,
			"a\r\nb\tc"},
		{"\\super0", `\super a\super0 b`, "<div><sup>a</sup>b</div>", "ab"},
		{"a symbol by a field", `{\field{\*\fldinst SYMBOL 0x41}{\fldrslt}}{\field{\*\fldinst SYMBOL x}{\fldrslt b}}`, "<div>Ab</div>", "Ab"},
		{"a page", `a\page b`, `<div>a</div><div style="page-break-before:always"></div><div>b</div>`, "a\r\nb"},
		{"rows without cells", `\row\trowd\row a`, "<div>a</div>", "\r\n\r\na"},
		{"cells without a row", `\cell a`, `<table cellspacing="0" cellpadding="4" style="border-collapse:collapse">` +
			`<tr><td style="vertical-align:top"></td></tr></table><div>a</div>`, "\ta"},
	} {
		r := convert(t, tc.in)
		if got := inside(t, r); got != tc.html || r.Text != tc.text {
			t.Errorf("%s: %q gives\n%s\n%q, want\n%s\n%q", tc.name, tc.in, got, r.Text, tc.html, tc.text)
		}
		if len(r.Unknown) > 0 {
			t.Errorf("%s: left out %q", tc.name, r.Unknown)
		}
	}
}

// What is not one of the allowed kinds of address never becomes a link.
func TestLinks(t *testing.T) {
	for in, want := range map[string]string{
		`HYPERLINK "http://x.org"`:                `http://x.org`,
		`hyperlink "HTTPS://x.org"`:               `HTTPS://x.org`,
		`HYPERLINK http://x.org \\o "a b" \\n`:    `http://x.org`,
		`HYPERLINK "cid:a@b"`:                     `cid:a@b`,
		`HYPERLINK \\t "_blank" "ftp://x/a"`:      `ftp://x/a`,
		`HYPERLINK "file:///c:\\\\a\\\\b"`:        `file:///c:\a\b`,
		`HYPERLINK "file:///c:\\a\\b"`:            `file:///c:\a\b`,
		`HYPERLINK "\\\\\\\\s\\\\x"`:              `file://s/x`,
		`HYPERLINK "\\\\s\\x"`:                    `file://s/x`,
		`HYPERLINK " http://x.org/\u8364 ? "`:     `http://x.org/€`,
		`HYPERLINK "http://x.org/a` + "\t" + `b"`: `http://x.org/ab`,
		`HYPERLINK "http://x.org`:                 `http://x.org`,
		`HYPERLINK "javascript:alert(1)"`:         "",
		`HYPERLINK " javascript:alert(1)"`:        "",
		`HYPERLINK "data:text/html,x"`:            "",
		`HYPERLINK "vbscript:x"`:                  "",
		`HYPERLINK "httpx"`:                       "",
		`HYPERLINK`:                               "",
		`HYPERLINK ""`:                            "",
		`HYPERLINK \\l`:                           "",
		`PAGEREF "http://x.org"`:                  "",
		``:                                        "",
	} {
		got := inside(t, convert(t, `{\field{\*\fldinst `+in+`}{\fldrslt a}}`))
		if want != "" {
			want = `<div><a href="` + want + `">a</a></div>`
		} else {
			want = "<div>a</div>"
		}
		if got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestUnknown(t *testing.T) {
	for in, want := range map[string]string{
		`{\*\new a}`:                    "new",
		`{\*\new {\b a}}{\*\new b}`:     "new",
		`{\*\new  }{\*\new}`:            "",
		`{\*\new{\*\newer a}}`:          "new",
		`{\header a}{\footerf b}`:       "header,footerf",
		`{\header\pard }`:               "",
		`{\*\bkmkstart a}{\*\panose 1}`: "",
		`{\pict 00}`:                    "pict",
		`{\*\do{\dptxbxtext a}}`:        "do",
	} {
		if got := strings.Join(convert(t, in).Unknown, ","); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestFill(t *testing.T) {
	r := convert(t, `\objattph{\pict\pngblip 89}<!--objattph 7-->\objattph{\v\objattph}`)
	if r.Attachments != 2 || len(r.Pictures) != 1 {
		t.Fatalf("%d attachments, %d pictures", r.Attachments, len(r.Pictures))
	}
	html := r.Fill(func(int) string { return `cid:"x"` }, func(i int) string { return "<b>" + string(rune('0'+i)) + "</b>" })
	want := `<div><b>0</b><img src="cid:&#34;x&#34;" alt="">&lt;!--objattph 7--&gt;<b>1</b></div>`
	if !strings.Contains(html, want) {
		t.Errorf("%s, want %s", html, want)
	}
	text := r.FillText(func(i int) string { return "[" + string(rune('0'+i)) + "]" })
	if want := "[0]<!--objattph 7-->[1]"; text != want {
		t.Errorf("%q, want %q", text, want)
	}
}

func TestToText(t *testing.T) {
	for in, want := range map[string]string{
		`{\rtf1\ansi a\objattph b\par}`: "ab\r\n",
		headText + `a\tab b}`:           "a\tb",
		head1252 + `{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 a\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}}`: "a\r\n",
	} {
		if got, _ := ToText([]byte(in)); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
	if got, warnings := ToText([]byte("no RTF")); got != "" || len(warnings) != 1 {
		t.Errorf("%q, %v", got, warnings)
	}
}

// A bitmap gets the header of a file, whose offset leads to the pixels.
func TestBitmaps(t *testing.T) {
	dib := func(header, bits, compression, used uint32, rest int) []byte {
		b := make([]byte, max(int(header), 4)+rest)
		binary.LittleEndian.PutUint32(b, header)
		if header >= bitmapInfoHeader {
			binary.LittleEndian.PutUint16(b[14:], uint16(bits))
			binary.LittleEndian.PutUint32(b[16:], compression)
			binary.LittleEndian.PutUint32(b[32:], used)
		} else if header == bitmapCoreHeader {
			binary.LittleEndian.PutUint16(b[10:], uint16(bits))
		}
		return b
	}
	for _, tc := range []struct {
		name   string
		in     []byte
		offset uint32 // 0 for no bitmap
	}{
		{"24 bits", dib(40, 24, 0, 0, 100), 54},
		{"8 bits", dib(40, 8, 0, 0, 2000), 54 + 1024},
		{"4 of 16 colours", dib(40, 4, 0, 4, 2000), 54 + 16},
		{"masks", dib(40, 16, 3, 0, 100), 54 + 12},
		{"a later header", dib(108, 32, 3, 0, 100), 14 + 108},
		{"an early header", dib(12, 1, 0, 0, 100), 26 + 6},
		{"an early header without palette", dib(12, 24, 0, 0, 100), 26},
		{"palette beyond the end", dib(40, 24, 0, 1<<31, 100), 0},
		{"header beyond the end", dib(40, 24, 0, 0, 100)[:30], 0},
		{"unknown header", dib(20, 24, 0, 0, 100), 0},
		{"nothing", nil, 0},
	} {
		got := bitmapFile(tc.in)
		switch {
		case tc.offset == 0 && got != nil:
			t.Errorf("%s: a bitmap of %d bytes", tc.name, len(got))
		case tc.offset != 0 && (len(got) != 14+len(tc.in) || string(got[:2]) != "BM" ||
			binary.LittleEndian.Uint32(got[2:]) != uint32(len(got)) || binary.LittleEndian.Uint32(got[10:]) != tc.offset):
			t.Errorf("%s: % x", tc.name, got[:min(len(got), 14)])
		}
	}
}

func TestDeviceBitmaps(t *testing.T) {
	for _, tc := range []struct {
		name string
		p    picture
		size int // 0 for no bitmap
	}{
		{"black and white", picture{w: 9, h: 3, bits: 1, planes: 1, rowSize: 2, data: make([]byte, 6)}, 14 + 40 + 8 + 3*4},
		{"24 bits", picture{w: 3, h: 2, bits: 24, planes: 1, rowSize: 10, data: make([]byte, 20)}, 14 + 40 + 2*12},
		{"colours of the device", picture{w: 2, h: 2, bits: 8, planes: 1, rowSize: 2, data: make([]byte, 4)}, 0},
		{"too little data", picture{w: 9, h: 4, bits: 1, planes: 1, rowSize: 2, data: make([]byte, 6)}, 0},
		{"rows of another width", picture{w: 900, h: 3, bits: 1, planes: 1, rowSize: 2, data: make([]byte, 6)}, 0},
		{"no size", picture{bits: 1, planes: 1, rowSize: 2, data: make([]byte, 6)}, 0},
	} {
		if got := tc.p.deviceBitmap(); len(got) != tc.size {
			t.Errorf("%s: %d bytes, want %d", tc.name, len(got), tc.size)
		}
	}
}

// A metafile gets the header that tells its size, with the sum that readers check.
func TestMetafile(t *testing.T) {
	p := picture{data: []byte{1, 0, 9, 0}, goalW: 1440, goalH: 99999}
	b := p.metafile()
	if len(b) != 22+4 || binary.LittleEndian.Uint32(b) != placeable {
		t.Fatalf("% x", b)
	}
	var sum uint16
	for i := 0; i < 22; i += 2 {
		sum ^= binary.LittleEndian.Uint16(b[i:])
	}
	w, h := binary.LittleEndian.Uint16(b[10:]), binary.LittleEndian.Uint16(b[12:])
	if sum != 0 || w != 1440 || h != 32767 {
		t.Errorf("sum %x, %d × %d", sum, w, h)
	}
	if again := (&picture{data: b}).metafile(); len(again) != len(b) {
		t.Error("a second header")
	}
}

// Number 0 is no colour behind a text, also where the table has one there, as in
// the logs of a synchronization that Outlook writes: black text would be on black.
func TestNoColourBehind(t *testing.T) {
	const in = `{\rtf1\ansi{\colortbl\red0\green0\blue0;\red255\green0\blue0;}a\cf1 b\plain c\cb0 d\highlight1 e\highlight0 f\par` +
		`\trowd\clcbpat0\cellx9\clcbpat1\cellx99\pard\intbl\plain g\cell h\cell\row}`
	r, err := Convert([]byte(in), nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(r.HTML, "background-color"); n != 2 || strings.Contains(r.HTML, "background-color:#000000") || r.Text != "abcdef\r\ng\th\r\n" {
		t.Errorf("%d colours behind, text %q in %s", n, r.Text, r.HTML)
	}
}
