package codepage

import (
	"strconv"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// canonical maps the names of the WHATWG encoding standard to code pages.
var canonical = map[string]int{
	"utf-8": UTF8, "utf-16le": UTF16LE, "utf-16be": UTF16BE,
	"ibm866": 866, "iso-8859-2": 28592, "iso-8859-3": 28593, "iso-8859-4": 28594, "iso-8859-5": 28595,
	"iso-8859-6": 28596, "iso-8859-7": 28597, "iso-8859-8": 28598, "iso-8859-8-i": 38598, "iso-8859-10": 28600,
	"iso-8859-13": 28603, "iso-8859-14": 28604, "iso-8859-15": 28605, "iso-8859-16": 28606,
	"koi8-r": 20866, "koi8-u": 21866, "macintosh": 10000, "x-mac-cyrillic": 10007,
	"windows-874": 874, "windows-1250": 1250, "windows-1251": 1251, "windows-1252": Windows1252,
	"windows-1253": 1253, "windows-1254": 1254, "windows-1255": 1255, "windows-1256": 1256,
	"windows-1257": 1257, "windows-1258": 1258,
	"gbk": 936, "gb18030": 54936, "big5": 950, "euc-jp": 51932, "iso-2022-jp": 50220, "shift_jis": 932, "euc-kr": 949,
}

// extra has the labels of mail that the WHATWG standard leaves out, forbids
// (hz, iso-2022-kr), or sends to a subset of what is found under them (gb2312,
// asmo-708). What aliases numbered names is not repeated here: see numbered.
var extra = map[string]int{
	// Chinese
	"gb2312": 54936, "gb_2312-80": 54936, "csgb2312": 54936, "gb2312-80": 54936, "gb2312.1980": 54936,
	"euc-cn": 54936, "euccn": 54936, "x-euc-cn": 54936, "cn-gb": 54936, "gb-18030": 54936, "gb18030-2000": 54936,
	"hz-gb-2312": 52936, "hz": 52936, "hz-gb2312": 52936,
	"iso-2022-cn": 50227, "csiso2022cn": 50227, "iso-2022-cn-ext": 50227,
	"big-5": 950, "big5hkscs": 950, "big5-eten": 950, "cp951": 950,
	// Japanese
	"cswindows31j": 932, "x-ms-cp932": 932, "shift-jis": 932, "s-jis": 932, "shiftjis": 932,
	"ibm943": 932, "cp943": 932, "eucjp": 51932, "euc_jp": 51932, "x-eucjp": 51932, "ujis": 51932,
	"eucjp-ms": 51932, "eucjp-win": 51932,
	"jis": 50220, "iso2022-jp": 50220, "iso-2022-jp-1": 50220, "iso-2022-jp-ms": 50221, "_iso-2022-jp$sio": 50222,
	// Korean
	"uhc": 949, "ks_c_5601": 949, "ks-c-5601-1987": 949, "ks_x_1001": 949, "euckr": 949, "x-euc-kr": 949,
	"johab": 1361, "ks_c_5601_1987": 949,
	"iso-2022-kr": 50225, "csiso2022kr": 50225, "iso2022-kr": 50225,
	// Europe and the Near East
	"ansi": Windows1252, "us": Windows1252, "ascii-us": Windows1252, "usascii": Windows1252, "us_ascii": Windows1252,
	"iso646-us": Windows1252, "iso_646.irv:1991": Windows1252, "ansi_x3.4-1986": Windows1252, "ibm367": Windows1252,
	"cp367": Windows1252, "csascii": Windows1252, "latin-1": Windows1252, "8859-1": Windows1252,
	"asmo-708": 708, "iso-8859-11": 874, "tis620": 874, "tis620.2533": 874,
	"cp-gr": 869, "cp-is": 861, "koi8ru": 21866,
	"latin7": 28603, "l7": 28603, "latin8": 28604, "l8": 28604, "latin9": 28605, "latin-9": 28605, "latin0": 28605,
	"latin10": 28606, "l10": 28606,
	"cspc8codepage437": 437, "cspc775baltic": 775, "cspc850multilingual": 850, "cspcp852": 852, "cspc862latinhebrew": 862,
	"cspc858multilingual": 858, "pc-multilingual-850+euro": 858, "ebcdic-cp-us": 37, "ebcdic-cp-be": 500,
	"ebcdic-us-37+euro": 1140,
	// Macintosh
	"x-mac-japanese": 10001, "x-mac-chinesetrad": 10002, "x-mac-trad-chinese": 10002, "x-mac-korean": 10003,
	"x-mac-arabic": 10004, "x-mac-hebrew": 10005, "x-mac-greek": 10006, "x-mac-chinesesimp": 10008,
	"x-mac-simp-chinese": 10008, "x-mac-romanian": 10010, "x-mac-ukrainian": 10017, "x-mac-thai": 10021,
	"x-mac-ce": 10029, "x-mac-centraleurroman": 10029, "mac-centraleurope": 10029, "x-mac-icelandic": 10079,
	"x-mac-turkish": 10081, "x-mac-croatian": 10082, "macroman": 10000, "mac-roman": 10000,
	"apple-roman": 10000, "maccyrillic": 10007, "mac-cyrillic": 10007,
	// Unicode
	"unicode-1-1-utf-7": UTF7, "utf-7": UTF7, "utf7": UTF7, "csutf7": UTF7, "x-unicode-2-0-utf-7": UTF7,
	"unicode-2-0-utf-7": UTF7, "csutf8": UTF8, "utf_8": UTF8, "utf8mb4": UTF8, "x-unicode-2-0-utf-8": UTF8,
	"utf16": UTF16LE, "utf16le": UTF16LE, "utf16be": UTF16BE, "ucs-2le": UTF16LE, "ucs-2be": UTF16BE,
}

// Label is the code page that a charset label of mail or HTML stands for, read
// as the WHATWG encoding standard does: letter case and surrounding blanks and
// quotes do not matter, and iso-8859-1 is windows-1252. Beyond the standard it
// knows the labels that mail programs write, and a page's number after "cp",
// "ibm", "windows-" and the like. ok is false for a label nobody knows. The code
// page is one that Lookup supports.
func Label(name string) (cp int, ok bool) {
	name = strings.ToLower(strings.Trim(name, " \t\r\n\f\"'"))
	if cp, ok = named(name); ok {
		return cp, true
	}
	if cp, ok = numbered(name); ok {
		return cp, true
	}
	return named(strings.ReplaceAll(name, "_", "-"))
}

func named(name string) (cp int, ok bool) {
	if cp, ok = extra[name]; ok {
		return cp, true
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return 0, false
	}
	standard, err := htmlindex.Name(e)
	if err != nil {
		return 0, false
	}
	cp, ok = canonical[standard]
	return cp, ok
}

// prefixes come before a page's number in names that Windows, IBM, Java and
// their users give it.
var prefixes = []string{"x-cp", "cp-", "cp", "csibm", "ibm-", "ibm", "x-ibm", "x-windows-", "windows-", "windows",
	"win-", "win", "ansi-", "ansi", "dos-", "dos", "ms-", "ms", ""}

// numbered reads names like cp850, ibm00858, windows-932, ansi-1251 and 437.
func numbered(name string) (cp int, ok bool) {
	digits := strings.TrimLeft(name, "abcdefghijklmnopqrstuvwxyz-")
	for _, p := range prefixes {
		if name != p+digits || len(digits) < 2 || len(digits) > 5 {
			continue
		}
		if cp, err := strconv.Atoi(digits); err == nil {
			_, ok = Lookup(cp)
			return cp, ok
		}
	}
	return 0, false
}
