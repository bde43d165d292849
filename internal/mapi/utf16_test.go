package mapi

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
)

// encode is UTF-16LE as a data file stores it.
func encode(units ...uint16) []byte {
	var b []byte
	for _, u := range units {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func encodeString(s string) []byte { return encode(utf16.Encode([]rune(s))...) }

func TestUTF16(t *testing.T) {
	long := strings.Repeat("mail ", 20)
	for _, c := range []struct {
		name string
		in   []byte
		want string
	}{
		{"nothing", nil, ""},
		{"odd byte", []byte{'a'}, ""},
		{"ASCII", encodeString(long), long},
		{"each length of ASCII", encodeString("abcde"), "abcde"},
		{"odd byte at the end", append(encodeString("abcd"), 'x'), "abcd"},
		{"NUL ends it", encodeString("ab\x00cd"), "ab"},
		{"NUL among four", encodeString(long + "abc\x00" + long), long + "abc"},
		{"two bytes", encodeString("Grüße"), "Grüße"},
		{"three bytes", encodeString("漢字かな交じり文"), "漢字かな交じり文"},
		{"ASCII after others", encodeString("é" + long), "é" + long},
		{"pair", encodeString("a😀b"), "a😀b"},
		{"lone high surrogate", encode('a', 0xD83D, 'b'), "a\uFFFDb"},
		{"lone low surrogate", encode('a', 0xDE00, 'b'), "a\uFFFDb"},
		{"high surrogate at the end", encode('a', 0xD83D), "a\uFFFD"},
		{"high surrogate before NUL", encode('a', 0xD83D, 0, 'b'), "a\uFFFD"},
		{"two high surrogates", encode(0xD83D, 0xD83D, 0xDE00), "\uFFFD😀"},
		{"0x0080 is not ASCII", encode(0x80, 0x7F, 0x100), "\u0080\u007F\u0100"},
		{"0xFFFF", encode(0xFFFF, 'a'), "\uFFFFa"},
	} {
		if got := UTF16(c.in); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// FuzzUTF16 holds the decoder against the standard library's.
func FuzzUTF16(f *testing.F) {
	f.Add(encodeString("plain text, Grüße, 漢字, 😀"))
	f.Add(encode('a', 0xD83D, 0xD83D, 0xDE00, 0, 'b'))
	f.Fuzz(func(t *testing.T, b []byte) {
		var units []uint16
		for i := 0; i+1 < len(b); i += 2 {
			u := binary.LittleEndian.Uint16(b[i:])
			if u == 0 {
				break
			}
			units = append(units, u)
		}
		if got, want := UTF16(b), string(utf16.Decode(units)); got != want {
			t.Errorf("UTF16(% x) = %q, want %q", b, got, want)
		}
	})
}

func BenchmarkUTF16(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"ascii", strings.Repeat("Dear Ann, please find the report. ", 100)},
		{"latin", strings.Repeat("Viele Grüße aus Köln, bis später. ", 100)},
		{"cjk", strings.Repeat("添付のファイルをご確認ください。", 200)},
	} {
		b.Run(c.name, func(b *testing.B) {
			in := encodeString(c.text)
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				if UTF16(in) == "" {
					b.Fatal("empty")
				}
			}
		})
	}
}
