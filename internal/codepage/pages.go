package codepage

import "golang.org/x/text/encoding/charmap"

// pages are the supported code pages. They follow the WHATWG view of which
// repertoire a name stands for: iso-8859-1 is windows-1252, iso-8859-9 is
// windows-1254, us-ascii with bytes from 80 is windows-1252, euc-kr is cp949,
// because that is what the programs that wrote the data meant.
var pages = map[int]*Page{
	// EBCDIC
	37: other("ibm037", fromCharmap(charmap.CodePage037)), 500: other("ibm500", fromTable(500)),
	1047: other("ibm01047", fromCharmap(charmap.CodePage1047)), 1140: other("ibm01140", fromCharmap(charmap.CodePage1140)),

	// DOS
	437: ascii("ibm437", fromCharmap(charmap.CodePage437)), 708: ascii("asmo-708", fromTable(708)),
	720: ascii("dos-720", fromTable(720)), 737: ascii("ibm737", fromTable(737)), 775: ascii("ibm775", fromTable(775)),
	850: ascii("ibm850", fromCharmap(charmap.CodePage850)), 852: ascii("ibm852", fromCharmap(charmap.CodePage852)),
	855: ascii("ibm855", fromCharmap(charmap.CodePage855)), 857: ascii("ibm857", fromTable(857)),
	858: ascii("ibm00858", fromCharmap(charmap.CodePage858)), 860: ascii("ibm860", fromCharmap(charmap.CodePage860)),
	861: ascii("ibm861", fromTable(861)), 862: ascii("ibm862", fromCharmap(charmap.CodePage862)),
	863: ascii("ibm863", fromCharmap(charmap.CodePage863)), 864: other("ibm864", fromTable(864)), // 25 is U+066A
	865: ascii("ibm865", fromCharmap(charmap.CodePage865)), 866: ascii("ibm866", fromCharmap(charmap.CodePage866)),
	869: ascii("ibm869", fromTable(869)), 874: ascii("windows-874", fromCharmap(charmap.Windows874)),

	// Windows
	1250: ascii("windows-1250", fromCharmap(charmap.Windows1250)), 1251: ascii("windows-1251", fromCharmap(charmap.Windows1251)),
	Windows1252: ascii("windows-1252", fromCharmap(charmap.Windows1252)),
	1253:        ascii("windows-1253", fromCharmap(charmap.Windows1253)), 1254: ascii("windows-1254", fromCharmap(charmap.Windows1254)),
	1255: ascii("windows-1255", fromCharmap(charmap.Windows1255)), 1256: ascii("windows-1256", fromCharmap(charmap.Windows1256)),
	1257: ascii("windows-1257", fromCharmap(charmap.Windows1257)), 1258: ascii("windows-1258", fromCharmap(charmap.Windows1258)),

	// Windows and others, double-byte
	932: ascii("shift_jis", lazily(cp932)), 936: ascii("gbk", lazily(cp936)), 949: ascii("euc-kr", lazily(cp949)),
	950: ascii("big5", lazily(cp950)), 1361: ascii("johab", lazily(johab)),
	20932: ascii("euc-jp", constant(decode20932)), 20936: ascii("gb2312", lazily(cp936)), 20949: ascii("euc-kr", lazily(cp949)),
	51932: ascii("euc-jp", constant(decodeEUCJP)), 51936: ascii("gb2312", lazily(cp936)),
	51949: ascii("euc-kr", lazily(cp949)), 54936: ascii("gb18030", decodeGB18030),
	// Windows names EUC-TW so and has never supported it; what is found is Big5.
	51950: ascii("big5", lazily(cp950)),

	// Macintosh
	10000: ascii("macintosh", fromCharmap(charmap.Macintosh)), 10001: ascii("x-mac-japanese", lazily(macJapanese)),
	10002: ascii("x-mac-chinesetrad", lazily(macTraditional)), 10003: ascii("x-mac-korean", lazily(macKorean)),
	10004: ascii("x-mac-arabic", fromTable(10004)), 10005: ascii("x-mac-hebrew", fromTable(10005)),
	10006: ascii("x-mac-greek", fromTable(10006)), 10007: ascii("x-mac-cyrillic", fromCharmap(charmap.MacintoshCyrillic)),
	10008: ascii("x-mac-chinesesimp", lazily(macSimplified)), 10010: ascii("x-mac-romanian", fromTable(10010)),
	10017: ascii("x-mac-ukrainian", fromCharmap(charmap.MacintoshCyrillic)), 10021: ascii("x-mac-thai", fromTable(10021)),
	10029: ascii("x-mac-ce", fromTable(10029)), 10079: ascii("x-mac-icelandic", fromTable(10079)),
	10081: ascii("x-mac-turkish", fromTable(10081)), 10082: ascii("x-mac-croatian", fromTable(10082)),

	// ISO 8859 and other standards
	ASCII: ascii("us-ascii", fromCharmap(charmap.Windows1252)),
	20866: ascii("koi8-r", fromCharmap(charmap.KOI8R)), 21866: ascii("koi8-u", fromCharmap(charmap.KOI8U)),
	28591: ascii("iso-8859-1", fromCharmap(charmap.Windows1252)), 28592: ascii("iso-8859-2", fromCharmap(charmap.ISO8859_2)),
	28593: ascii("iso-8859-3", fromCharmap(charmap.ISO8859_3)), 28594: ascii("iso-8859-4", fromCharmap(charmap.ISO8859_4)),
	28595: ascii("iso-8859-5", fromCharmap(charmap.ISO8859_5)), 28596: ascii("iso-8859-6", fromCharmap(charmap.ISO8859_6)),
	28597: ascii("iso-8859-7", fromCharmap(charmap.ISO8859_7)), 28598: ascii("iso-8859-8", fromCharmap(charmap.ISO8859_8)),
	28599: ascii("iso-8859-9", fromCharmap(charmap.Windows1254)), 28600: ascii("iso-8859-10", fromCharmap(charmap.ISO8859_10)),
	28601: ascii("iso-8859-11", fromCharmap(charmap.Windows874)), 28603: ascii("iso-8859-13", fromCharmap(charmap.ISO8859_13)),
	28604: ascii("iso-8859-14", fromCharmap(charmap.ISO8859_14)), 28605: ascii("iso-8859-15", fromCharmap(charmap.ISO8859_15)),
	28606: ascii("iso-8859-16", fromCharmap(charmap.ISO8859_16)), 38598: ascii("iso-8859-8-i", fromCharmap(charmap.ISO8859_8)),

	// Escapes and shifts
	50220: other("iso-2022-jp", constant(iso2022JP.decode)), 50221: other("iso-2022-jp", constant(iso2022JP.decode)),
	50222: other("iso-2022-jp", constant(iso2022JP.decode)), 50225: other("iso-2022-kr", constant(iso2022KR.decode)),
	50227: other("x-cp50227", constant(iso2022CN.decode)), 52936: other("hz-gb-2312", constant(decodeHZ)),

	// Unicode
	UTF16LE: other("utf-16le", constant(decodeUTF16LE)), UTF16BE: other("utf-16be", constant(decodeUTF16BE)),
	UTF7: other("utf-7", constant(decodeUTF7)), UTF8: ascii("utf-8", constant(decodeUTF8)),
}

func ascii(label string, load func() decodeFunc) *Page { return &Page{label, true, load} }
func other(label string, load func() decodeFunc) *Page { return &Page{label, false, load} }
