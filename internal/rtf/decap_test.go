package rtf

import (
	"errors"
	"strings"
	"testing"
)

const (
	head1252 = `{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}` +
		`{\f1\fnil\fcharset128 MS Gothic;}{\f2\fcharset204 Arial CYR;}{\f3\fcharset129 Batang;}` +
		`{\f4\fcharset2 Symbol;}{\f5\fcharset0\cpg1251 X;}{\f6\fcharset134 SimSun;}{\f7\fcharset136 Ming;}{\f8\fcharset9 Y;}}` +
		`{\colortbl\red0\green0\blue0;}\uc1\pard\plain\deftab360 \f0\fs24 `
	headText = `{\rtf1\ansi\ansicpg1252\fromtext \deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset128 G;}}`
)

// body wraps a fragment as a document that wraps HTML.
func decap(t testing.TB, fragment string, o *Options) (string, []string) {
	t.Helper()
	got, warnings, err := Decapsulate([]byte(head1252+fragment+"}"), o)
	if err != nil {
		t.Fatal(err)
	}
	return got, warnings
}

// C41, with the very text of the case.
func TestC41Decapsulate(t *testing.T) {
	const in = `{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 A{\*\htmltag84 &lt;}` +
		`\htmlrtf <\htmlrtf0 B{\*\htmltag72 </p>}}`
	got, warnings, err := Decapsulate([]byte(in), nil)
	if want := "<p>A&lt;B</p>"; got != want || err != nil || warnings != nil {
		t.Errorf("%q, %v, %v; want %q", got, warnings, err, want)
	}
}

func TestDecapsulateRules(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"C42 suppression ends with the group", `{\htmlrtf x {y} }z`, "z"},
		{"C43 a fallback is skipped", `\uc1\u8364 ?`, "€"},
		{"C43 two bytes are skipped", `\uc2\u26085\'93\'fa`, "日"},
		{"C44 font outside a tag", `\f1\'93\'fa`, "日"},
		{"C44 document inside a tag", `\f1{\*\htmltag64 \'93\'fa}`, "“ú"},
		{"C45 a suppressed font governs", `\htmlrtf\f1\htmlrtf0 \'93\'fa`, "日"},
		{"C46 a surrogate pair", `\u-10179 ?\u-8704 ?`, "\U0001F600"},

		{"B7 font ends with its group", `{\f1 }\'93`, "“"},
		{"B7 \\uc ends with its group", `{\uc3\u65 xyz}\u66 xy`, "ABy"},
		{"B7 unmatched ends are ignored", `a}}}b`, "ab"},
		{"B7 binary data", "a\\bin5 }{\\\\}b", "ab"},
		{"B7 more binary data than there is", `a\bin99999 b`, "a"},
		{"B7 line ends mean nothing", "a\r\nb\n{\\*\\htmltag64 <\r\np>}", "ab<p>"},
		{"B7 numbers", `\f1\f-1 a\par-b\fs12c\fs 3`, "a\r\n-bc3"},
		{"B7 a number too large", `\f99999999999999999999 a`, "a"},
		{"B7 no hexadecimal digits", `\'zza`, "zza"},

		{"B8 whole groups are suppressed", `\htmlrtf {\b x\f1}{\*\htmltag64 <b>}\htmlrtf0 y`, "y"},
		{"B8 \\htmlrtf1", `\htmlrtf1 x\htmlrtf0 y`, "y"},
		{"B8 other destinations", `{\pntext x}{\*\unknown x{\*\htmltag64 <b>}}{\pict 00ff}{\object{\*\objdata 00}r}y`, "y"},
		{"B8 nothing comes back", `{\stylesheet{\s0 Normal;}{\*\htmltag64 <b>}}{\info{\title x}}y`, "y"},
		{"B8 a group within a tag", `{\*\htmltag64 <a {\b href}=x>}`, "<a href=x>"},
		{"B8 \\plain gives back the first font", `\f1\plain\'93`, "“"},

		{"B9 Cyrillic", `\f2\'cf\'f0\'e8\'e2\'e5\'f2`, "Привет"},
		{"B9 Korean", `\f3\'c7\'d1\'b1\'db`, "한글"},
		{"B9 symbols", `\f4\'b7`, "·"},
		{"B9 \\cpg wins", `\f5\'cf`, "П"},
		{"B9 Chinese", `\f6\'c4\'e3\f7\'a4\'a4`, "你中"},
		{"B9 unknown character set", `\f8\'e9`, "é"},
		{"B9 unknown font", `\f77\'e9`, "é"},

		{"B10 raw bytes", "\\f1\x93\xfa\x96\\{", "日本"},
		{"B10 raw and escaped", "\\f1\\'93\xfa\x96\\'7b", "日本"},
		{"B10 a line end between", "\\f1\\'93\r\n\\'fa", "日"},
		{"B10 a backslash as second byte", `\f1\'95\\\'94\'5c`, "表能"},
		{"B10 a brace as second byte", `\f1\'83\{\'83\}`, "ボマ"},
		{"B10 a letter as second byte", `\f1\'83A\'83\'43`, "アイ"},
		{"B10 a letter as second byte, Korean", `\f3\'b1A1`, "켂1"},
		{"B10 a lead byte alone", `\f1\'93\b \'fa`, "\ufffd\ufffd"},
		{"B10 no second byte", `\f1\'93 1`, "\ufffd 1"},

		{"B11 positive and negative", `\u8364?\u-4051?`, "€\uf02d"},
		{"B11 skips words, symbols and bytes", `\uc3\u65\b\~\'41z`, "Az"},
		{"B11 skipping ends at braces", `{\uc5\u65 a}b\uc5\u66 c{d}e`, "AbBde"},
		{"B11 no fallback", `\uc0\u65 \u66 c`, "ABc"},
		{"B11 inside a tag", `{\*\htmltag64 <p title="\u8364 ?">}`, `<p title="€">`},
		{"B11 half a pair", `\u-10179 ?x\u-8704 ?`, "\ufffdx\ufffd"},
		{"B11 half a pair before a byte", `\u-10179 ?\'41`, "\ufffdA"},
		{"B11 two first halves", `\u-10179 ?\u-10179 ?\u-8704 ?`, "\ufffd\U0001F600"},

		{"B13 words in text", `a\par b\line c\tab d\lquote\rquote\ldblquote\rdblquote\bullet\endash\emdash`,
			"a\r\nb\r\nc\td&lsquo;&rsquo;&ldquo;&rdquo;&bull;&ndash;&mdash;"},
		{"B13 words in a tag", `{\*\htmltag64 a\par b\line c\tab d\lquote\rquote\ldblquote\rdblquote\bullet\endash\emdash\~\_\-}`,
			"a\r\nb\r\nc\td‘’“”•–—\u00a0\u00ad"},
		{"B13 symbols in text", `\~\_\-\{\}\\`, `&nbsp;&shy;{}\`},
		{"B13 symbols in a tag", `{\*\htmltag64 \{\}\\}`, `{}\`},
		{"B13 text is escaped", `<b>&"'`, "&lt;b&gt;&amp;\"'"},
		{"B13 escaped characters are escaped", `\'3cb\u62 ?\'26`, "&lt;b&gt;&amp;"},
		{"B13 references stay", `&nbsp;&#8364;&#x20AC;&AMP;`, "&nbsp;&#8364;&#x20AC;&AMP;"},
		{"B13 what only looks like one", `AT&T; a&b; &notit; &; &#; &#x; &nosuchthing; &`,
			"AT&amp;T; a&amp;b; &amp;notit; &amp;; &amp;#; &amp;#x; &amp;nosuchthing; &amp;"},
		{"B13 tags are not escaped", `{\*\htmltag64 <a href="?a&b">}`, `<a href="?a&b">`},
		{"B13 a line end after a backslash", "a\\\r\nb", "a\r\nb"},
		{"B13 a tab after a backslash", "a\\\tb", "a\tb"},
		{"B15 attachment", `a\objattph b`, "ab"},
		{"no NUL", "a\x00b\\u0?\\'00c", "abc"},
		{"a tag without number or star", `{\*\htmltag <p>}{\htmltag64 <b>}`, "<p><b>"},
		{"the other form of a tag", `{\*\mhtmltag64 <x>}a`, "a"},
	} {
		if got, _ := decap(t, tc.in, nil); got != tc.want {
			t.Errorf("%s: %q gives %q, want %q", tc.name, tc.in, got, tc.want)
		}
	}
}

func TestCodePages(t *testing.T) {
	for in, want := range map[string]string{
		`{\rtf1\ansi\fromhtml1 \'8a`:                                                "Š",
		`{\rtf1\mac\fromhtml1 \'8a`:                                                 "ä",
		`{\rtf1\pc\fromhtml1 \'8a`:                                                  "è",
		`{\rtf1\pca\fromhtml1 \'9c`:                                                 "£",
		`{\rtf1\ansi\ansicpg0\fromhtml1 \'8a`:                                       "Š",
		`{\rtf1\ansi\ansicpg932\fromhtml1 \'93\'fa`:                                 "日",
		`{\rtf1\ansi\ansicpg65001\fromhtml1 \'c3\'a9`:                               "é",
		`{\rtf1\fromhtml1 {\*\htmltag64 \'8a}`:                                      "Š",
		`{\rtf1\ansi\ansicpg1252\fromhtml1\deff1{\fonttbl{\f1\fcharset204 A;}}\'cf`: "П",
	} {
		if got, warnings, err := Decapsulate([]byte(in), nil); got != want || err != nil || len(warnings) > 0 {
			t.Errorf("%s: %q, %v, %v; want %q", in, got, warnings, err, want)
		}
	}
}

func TestDecapsulateWarns(t *testing.T) {
	for in, want := range map[string]string{
		`\f1\'93`:                              "B10: bytes that code page 932",
		`\'81`:                                 "B10: bytes that code page 1252",
		`\u-10179 ?`:                           "B11: half",
		`\ansicpg1\'e9`:                        "B9: code page 1 of the document",
		`{\fonttbl{\f20\cpg50220 X;}}\f20\'e9`: "B9: code page 50220 of a font",
		strings.Repeat("{", maxDepth+5) + "x":  "B7: groups are nested deeper",
	} {
		_, warnings := decap(t, in, nil)
		if len(warnings) != 1 || !strings.HasPrefix(warnings[0], want) {
			t.Errorf("%.40q: %q, want %q", in, warnings, want)
		}
	}
}

// Groups beyond the bound count, so that those around them end where they should.
func TestDepth(t *testing.T) {
	deep := strings.Repeat("{", 3*maxDepth) + "x" + strings.Repeat("}", 3*maxDepth)
	if got, _ := decap(t, `{\htmlrtf `+deep+`}y`, nil); got != "y" {
		t.Errorf("%.20q", got)
	}
}

// B12: the rewritten tag counts only if it alone leads to an attachment.
func TestOtherTag(t *testing.T) {
	o := &Options{Resolves: func(url string) bool { return url == "cid:1@x" || url == "a b&c.png" }}
	const cid, web = `<img alt=x src="cid:1@x">`, `<IMG SRC='http://x.org/1.png'>`
	for _, tc := range []struct{ name, other, between, tag, want string }{
		{"only the other resolves", "148 " + cid, "", "148 " + web, cid},
		{"line end between", "148 " + cid, "\r\n", "148 " + web, cid},
		{"only the tag resolves", "148 " + web, "", "148 " + cid, cid},
		{"none resolves", "148 " + `<img src=x>`, "", "148 " + web, web},
		{"another number", "84 " + cid, "", "148 " + web, web},
		{"text between", "148 " + cid, "x", "148 " + web, "x" + web},
		{"a tag between", "148 " + cid, `{\*\htmltag84 <b>}`, "148 " + web, "<b>" + web},
		{"no address", "148 " + cid, "", "148 <br>", cid},
		{"reference and blank in the address", `148 <td background= "a b&amp;c.png">`, "", "148 " + web, `<td background= "a b&amp;c.png">`},
		{"no quotes", `148 <img src=cid:1@x border=0>`, "", "148 " + web, `<img src=cid:1@x border=0>`},
		{"another attribute", `148 <img longdesc="cid:1@x">`, "", "148 " + web, web},
		{"cut off", `148 <img src="cid:1@x`, "", "148 " + web, `<img src="cid:1@x`},
	} {
		got, _ := decap(t, `{\*\mhtmltag`+tc.other+`}`+tc.between+`{\*\htmltag`+tc.tag+`}`, o)
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
	if got, _ := decap(t, `{\*\mhtmltag148 `+cid+`}{\*\htmltag148 `+web+`}`, nil); got != web {
		t.Errorf("without attachments: %q", got)
	}
}

func TestDecapsulateText(t *testing.T) {
	for in, want := range map[string]string{
		`a\par b\line c\tab d`:                    "a\r\nb\r\nc\td",
		`<b>&amp;\~\_\-\lquote\rquote\emdash`:     "<b>&amp;\u00a0\u00ad‘’—",
		`\f1\'93\'fa\u8364 ?`:                     "日€",
		`{\*\bkmkstart BM_BEGIN}\pard\plain\f0 x`: "x",
		`{\*\htmltag64 <p>}x`:                     "<p>x",
	} {
		if got, warnings := DecapsulateText([]byte(headText + in + "}")); got != want || len(warnings) > 0 {
			t.Errorf("%q: %q, %v; want %q", in, got, warnings, want)
		}
	}
}

func TestDecapsulateRefuses(t *testing.T) {
	for _, in := range []string{"", "x", `{\rtf1\ansi x}`, `{\rtf1\fromtext x}`} {
		if got, _, err := Decapsulate([]byte(in), nil); !errors.Is(err, ErrNotHTML) || got != "" {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}
