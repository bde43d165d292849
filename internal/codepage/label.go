package codepage

import (
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

// extra has the labels of mail that the WHATWG standard leaves out, or sends to
// a subset of what is found under them (gb2312).
var extra = map[string]int{
	"gb2312": 54936, "gb_2312-80": 54936, "csgb2312": 54936, "x-gbk": 936, "cp936": 936, "ms936": 936, "windows-936": 936,
	"hz-gb-2312": 52936, "cp932": 932, "ms932": 932, "windows-932": 932, "cp949": 949, "ms949": 949, "windows-949": 949,
	"uhc": 949, "cp950": 950, "ms950": 950, "windows-950": 950, "ansi": Windows1252, "us": Windows1252,
	"cp437": 437, "ibm437": 437, "437": 437, "cp850": 850, "ibm850": 850, "850": 850, "cp852": 852, "ibm852": 852,
	"cp855": 855, "ibm855": 855, "cp858": 858, "ibm00858": 858, "cp860": 860, "ibm860": 860, "cp862": 862,
	"ibm862": 862, "dos-862": 862, "cp863": 863, "ibm863": 863, "cp865": 865, "ibm865": 865, "cp874": 874,
	"cp65001": UTF8, "unicode-1-1-utf-7": UTF7, "utf-7": UTF7, "utf7": UTF7, "iso-2022-kr": 50225, "csiso2022kr": 50225,
	"johab": 1361, "ks_c_5601": 949, "iso-8859-11": 874,
}

// Label is the code page that a charset label of mail or HTML stands for, read
// as the WHATWG encoding standard does: letter case and surrounding blanks and
// quotes do not matter, and iso-8859-1 is windows-1252. ok is false for a label
// nobody knows. The code page may be one that Lookup does not support.
func Label(name string) (cp int, ok bool) {
	name = strings.ToLower(strings.Trim(name, " \t\r\n\"'"))
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
