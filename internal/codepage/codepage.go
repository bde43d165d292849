// Package codepage decodes text stored in Windows code pages, the numbering
// that Outlook items use for their 8-bit strings and HTML bodies
// ([MS-OXPROPS] 2.666 PidTagInternetCodepage, 2.774 PidTagMessageCodepage), and
// maps the charset labels of mail and HTML to those numbers.
//
// It is a leaf over golang.org/x/text: it knows nothing of items. Which code
// page applies to which property is decided by its callers.
package codepage

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// Code pages that callers name.
const (
	UTF16LE     = 1200
	UTF16BE     = 1201
	Windows1252 = 1252
	ASCII       = 20127
	UTF7        = 65000
	UTF8        = 65001
)

// pages follows the WHATWG view of which repertoire a name stands for:
// iso-8859-1 is windows-1252, iso-8859-9 is windows-1254, euc-kr is cp949,
// because that is what the programs that wrote the data meant.
var pages = map[int]encoding.Encoding{
	437: charmap.CodePage437, 850: charmap.CodePage850, 852: charmap.CodePage852, 855: charmap.CodePage855,
	858: charmap.CodePage858, 860: charmap.CodePage860, 862: charmap.CodePage862, 863: charmap.CodePage863,
	865: charmap.CodePage865, 866: charmap.CodePage866, 874: charmap.Windows874,
	932: japanese.ShiftJIS, 936: simplifiedchinese.GBK, 949: korean.EUCKR, 950: traditionalchinese.Big5,
	UTF16LE: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	UTF16BE: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	1250:    charmap.Windows1250, 1251: charmap.Windows1251, Windows1252: charmap.Windows1252,
	1253: charmap.Windows1253, 1254: charmap.Windows1254, 1255: charmap.Windows1255, 1256: charmap.Windows1256,
	1257: charmap.Windows1257, 1258: charmap.Windows1258,
	10000: charmap.Macintosh, 10007: charmap.MacintoshCyrillic,
	ASCII: charmap.Windows1252, 20866: charmap.KOI8R, 21866: charmap.KOI8U, 20932: japanese.EUCJP, 20949: korean.EUCKR,
	28591: charmap.Windows1252, 28592: charmap.ISO8859_2, 28593: charmap.ISO8859_3, 28594: charmap.ISO8859_4,
	28595: charmap.ISO8859_5, 28596: charmap.ISO8859_6, 28597: charmap.ISO8859_7, 28598: charmap.ISO8859_8,
	28599: charmap.Windows1254, 28600: charmap.ISO8859_10, 28601: charmap.Windows874, 28603: charmap.ISO8859_13,
	28604: charmap.ISO8859_14, 28605: charmap.ISO8859_15, 28606: charmap.ISO8859_16, 38598: charmap.ISO8859_8I,
	50220: japanese.ISO2022JP, 50221: japanese.ISO2022JP, 50222: japanese.ISO2022JP,
	51932: japanese.EUCJP, 51936: simplifiedchinese.GBK, 51949: korean.EUCKR, 51950: traditionalchinese.Big5,
	52936: simplifiedchinese.HZGB2312, 54936: simplifiedchinese.GB18030, UTF8: unicode.UTF8,
}

// Lookup is the encoding of Windows code page cp; ok is false for a number that
// names no supported code page.
func Lookup(cp int) (e encoding.Encoding, ok bool) {
	e, ok = pages[cp]
	return e, ok
}

// DecodeStrict decodes b from code page cp. ok is false when the code page is
// not supported or b has a byte or sequence that it does not define (0x81 in
// windows-1252); the text is then empty.
func DecodeStrict(cp int, b []byte) (text string, ok bool) {
	if _, known := Lookup(cp); !known {
		return "", false
	}
	text, lossy := Decode(cp, b)
	if lossy {
		return "", false
	}
	return text, true
}

// Decode decodes b from code page cp. What is undefined becomes U+FFFD and
// lossy is true. An unsupported code page decodes as windows-1252 and is always
// lossy when b is not ASCII.
func Decode(cp int, b []byte) (text string, lossy bool) {
	e, known := Lookup(cp)
	if isASCII(b) && known && asciiCompatible(cp) {
		return string(b), false
	}
	switch {
	case !known:
		text, _ = decodeWith(charmap.Windows1252, b)
		return text, !isASCII(b)
	case cp == UTF8:
		return validUTF8(b)
	case cp == UTF16LE || cp == UTF16BE:
		return decodeUTF16(b, cp == UTF16BE)
	}
	return decodeWith(e, b)
}

// decodeWith relies on the decoders of x/text to write U+FFFD, and nothing else
// to, where the input is undefined: no legacy code page contains that character
// except gb18030, where it means the same.
func decodeWith(e encoding.Encoding, b []byte) (string, bool) {
	out, err := e.NewDecoder().Bytes(b)
	text := string(out)
	return text, err != nil || hasReplacement(text)
}
