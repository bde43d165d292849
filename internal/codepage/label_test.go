package codepage

import (
	"strings"
	"testing"
)

// whatwg are the labels of the encoding standard, https://encoding.spec.whatwg.org/#names-and-labels,
// by the page they are read as here.
var whatwg = map[int]string{
	UTF8:  "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
	866:   "866 cp866 csibm866 ibm866",
	28592: "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
	28593: "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
	28594: "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
	28595: "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
	28596: "arabic csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127 " +
		"iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
	28597: "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 " +
		"iso_8859-7:1987 sun_eu_greek",
	28598: "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 " +
		"iso_8859-8:1988 visual",
	38598: "csiso88598i iso-8859-8-i logical",
	28600: "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
	28603: "iso-8859-13 iso8859-13 iso885913",
	28604: "iso-8859-14 iso8859-14 iso885914",
	28605: "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
	28606: "iso-8859-16",
	20866: "cskoi8r koi koi8 koi8-r koi8_r",
	21866: "koi8-ru koi8-u",
	10000: "csmacintosh mac macintosh x-mac-roman",
	874:   "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
	1250:  "cp1250 windows-1250 x-cp1250",
	1251:  "cp1251 windows-1251 x-cp1251",
	1252: "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 " +
		"iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252",
	1253:    "cp1253 windows-1253 x-cp1253",
	1254:    "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254",
	1255:    "cp1255 windows-1255 x-cp1255",
	1256:    "cp1256 windows-1256 x-cp1256",
	1257:    "cp1257 windows-1257 x-cp1257",
	1258:    "cp1258 windows-1258 x-cp1258",
	10007:   "x-mac-cyrillic",
	936:     "chinese csiso58gb231280 gb_2312 gbk iso-ir-58 x-gbk",
	54936:   "gb18030",
	950:     "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
	51932:   "cseucpkdfmtjapanese euc-jp x-euc-jp",
	50220:   "csiso2022jp iso-2022-jp",
	932:     "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
	949:     "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949",
	UTF16BE: "unicodefffe utf-16be",
	UTF16LE: "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
}

// deviating are the labels of the standard that mean another page here.
var deviating = map[string]int{
	"gb2312": 54936, "gb_2312-80": 54936, "csgb2312": 54936, // the superset
	"asmo-708":        708,                                               // what Windows wrote under it
	"x-mac-ukrainian": 10017,                                             // the same page by another number
	"hz-gb-2312":      52936, "csiso2022kr": 50225, "iso-2022-kr": 50225, // browsers refuse them
	"iso-2022-cn": 50227, "iso-2022-cn-ext": 50227,
}

func TestLabelsOfWHATWG(t *testing.T) {
	n := 0
	for want, labels := range whatwg {
		for _, label := range strings.Fields(labels) {
			n++
			if got, ok := Label(label); !ok || got != want {
				t.Errorf("Label(%q) = %d, %v; want %d", label, got, ok, want)
			}
		}
	}
	for label, want := range deviating {
		if got, ok := Label(label); !ok || got != want {
			t.Errorf("Label(%q) = %d, %v; want %d", label, got, ok, want)
		}
	}
	// The standard has 228, of which "replacement" and "x-user-defined" are no code pages.
	if n += len(deviating); n != 226 {
		t.Errorf("%d labels", n)
	}
}

func TestLabel(t *testing.T) {
	for name, want := range map[string]int{
		" ISO-8859-1 ": 1252, `"windows-1251"`: 1251, "ansi-1251": 1251, "WIN-1251": 1251, "Cp932": 932, "cp936": 936,
		"ms936": 936, "cp949": 949, "ms949": 949, "uhc": 949, "cp950": 950, "x-mac-roman": 10000, "utf-7": UTF7,
		"unicode-1-1-utf-7": UTF7, "cp850": 850, "ibm850": 850, "850": 850, "IBM00858": 858, "ibm037": 37, "ibm01140": 1140,
		"dos-862": 862, "dos-720": 720, "cp65001": UTF8, "johab": 1361, "cp1361": 1361, "x-windows-949": 949,
		"iso8859_1": 1252, "ISO_8859_2": 28592, "x-cp50227": 50227, "x-cp20936": 20936, "csIBM860": 860, "cp28605": 28605,
		"hz-gb-2312": 52936, "euc-cn": 54936, "cp943": 932, "ibm367": 1252,
	} {
		if got, ok := Label(name); !ok || got != want {
			t.Errorf("Label(%q) = %d, %v; want %d", name, got, ok, want)
		}
	}
	for _, name := range []string{"", "x-unknown", "replacement", "x-user-defined", "cp", "cp1", "cp99999", "cp123456", "utf", "1252x", "windows-0"} {
		if got, ok := Label(name); ok {
			t.Errorf("Label(%q) = %d; want not found", name, got)
		}
	}
}

// sameName are the pages whose name stands for another one, which decodes what
// they can at least as well.
var sameName = map[int]int{
	ASCII: 1252, 28591: 1252, 28599: 1254, 28601: 874, 20932: 51932, 20936: 54936, 51936: 54936,
	20949: 949, 51949: 949, 51950: 950, 50221: 50220, 50222: 50220,
}

func TestWindowsToLabel(t *testing.T) {
	for cp := range pages {
		want, other := sameName[cp]
		if !other {
			want = cp
		}
		label := WindowsToLabel(cp)
		if got, ok := Label(label); !ok || got != want {
			t.Errorf("page %d has the label %q, which is %d, %v", cp, label, got, ok)
		}
	}
	for cp, want := range map[int]string{1252: "windows-1252", 932: "shift_jis", 949: "euc-kr", UTF8: "utf-8", 12345: "", -1: ""} {
		if got := WindowsToLabel(cp); got != want {
			t.Errorf("WindowsToLabel(%d) = %q, want %q", cp, got, want)
		}
	}
}

// Every label leads to a page that can be decoded.
func TestLabelsAreSupported(t *testing.T) {
	for _, list := range []map[string]int{extra, canonical} {
		for name, cp := range list {
			if _, ok := Lookup(cp); !ok || name != strings.ToLower(name) {
				t.Errorf("%q is page %d: %v", name, cp, ok)
			}
		}
	}
}
