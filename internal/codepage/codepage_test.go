package codepage

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDecode(t *testing.T) {
	for _, tc := range []struct {
		cp    int
		in    string
		want  string
		lossy bool
	}{
		{1252, "na\xefve \x80 \x92", "naïve € ’", false},
		{1252, "\x81", "\ufffd", true},
		{20127, "it\x92s", "it’s", false},
		{28591, "\x93x\x94", "“x”", false},
		{1251, "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет", false},
		{932, "\x93\xfa\x96\x7b", "日本", false},
		{932, "\x93", "\ufffd", true},
		{949, "\xc7\xd1\xb1\xdb", "한글", false},
		{936, "\xc4\xe3\xba\xc3", "你好", false},
		{54936, "\xc4\xe3\x81\x30\x81\x30", "你\u0080", false},
		{950, "\xa4\xa4\xa4\xe5", "中文", false},
		{50220, "\x1b$B$\"\x1b(B!", "あ!", false},
		{51932, "\xc6\xfc", "日", false},
		{52936, "~{Dc:C~}!", "你好!", false},
		{20866, "\xf0\xd2\xc9", "При", false},
		{437, "\x81", "ü", false},
		{850, "\x84", "ä", false},
		{866, "\x8f\xe0", "Пр", false},
		{10000, "\x8a", "ä", false},
		{28605, "\xa4", "€", false},
		{65001, "\xc3\xa9", "é", false},
		{65001, "a\xc3", "a\ufffd", true},
		{1200, "a\x00\x3d\xd8\x00\xde", "a\U0001F600", false},
		{1200, "\x3d\xd8a\x00", "\ufffda", true},
		{1200, "a\x00b", "a", true},
		{1201, "\x00a", "a", false},
		{77777, "abc", "abc", false},
		{77777, "\xe9", "é", true},
	} {
		got, lossy := Decode(tc.cp, []byte(tc.in))
		if got != tc.want || lossy != tc.lossy {
			t.Errorf("Decode(%d, %q) = %q, %v; want %q, %v", tc.cp, tc.in, got, lossy, tc.want, tc.lossy)
		}
	}
}

func TestDecodeStrict(t *testing.T) {
	for _, tc := range []struct {
		cp int
		in string
		ok bool
	}{
		{1252, "caf\xe9", true},
		{1252, "\x81", false},
		{28591, "\x9d", false},
		{28592, "\x9d", false},
		{1253, "\xaa", false},
		{65001, "\xc3\xa9", true},
		{65001, "\xe9", false},
		{932, "\x81", false},
		{1200, "\x3d\xd8", false},
		{50225, "\x0e\x21", false},
		{99999, "x", false},
	} {
		got, ok := DecodeStrict(tc.cp, []byte(tc.in))
		if ok != tc.ok {
			t.Errorf("DecodeStrict(%d, %q) ok = %v (%q)", tc.cp, tc.in, ok, got)
		}
	}
}

func TestLabel(t *testing.T) {
	for name, want := range map[string]int{
		"UTF-8": 65001, "utf8": 65001, "iso-8859-1": 1252, " ISO-8859-1 ": 1252, "us-ascii": 1252, `"windows-1251"`: 1251,
		"gb2312": 54936, "gbk": 936, "ks_c_5601-1987": 949, "Shift_JIS": 932, "x-sjis": 932, "iso-8859-9": 1254,
		"big5": 950, "iso-2022-jp": 50220, "koi8-r": 20866, "iso-8859-15": 28605, "utf-7": 65000, "cp850": 850,
		"utf-16": 1200, "euc-jp": 51932, "cp949": 949,
	} {
		if got, ok := Label(name); !ok || got != want {
			t.Errorf("Label(%q) = %d, %v; want %d", name, got, ok, want)
		}
	}
	for _, name := range []string{"", "x-unknown", "replacement", "x-user-defined"} {
		if got, ok := Label(name); ok {
			t.Errorf("Label(%q) = %d; want not found", name, got)
		}
	}
}

func TestMultibyteUTF8(t *testing.T) {
	for _, tc := range []struct {
		in    string
		n     int
		valid bool
	}{{"", 0, true}, {"abc", 0, true}, {"é€", 2, true}, {"é\xff", 0, false}} {
		if n, valid := MultibyteUTF8([]byte(tc.in)); n != tc.n || valid != tc.valid {
			t.Errorf("MultibyteUTF8(%q) = %d, %v", tc.in, n, valid)
		}
	}
}

// Every supported page decodes any bytes to valid UTF-8, ASCII letters to
// themselves, and strictness never changes the text.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("plain"))
	f.Add([]byte("\x93\xfa\x81\x1b$B~{\xff\xfe"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for cp := range pages {
			text, lossy := Decode(cp, b)
			if !utf8.ValidString(text) {
				t.Fatalf("page %d: invalid UTF-8 from %q", cp, b)
			}
			strict, ok := DecodeStrict(cp, b)
			if ok && (lossy || strict != text) {
				t.Fatalf("page %d: strict %q differs from %q", cp, strict, text)
			}
			if lossy && cp != UTF16LE && cp != UTF16BE && !strings.ContainsRune(text, utf8.RuneError) {
				t.Fatalf("page %d: lossy without a mark: %q", cp, text)
			}
		}
	})
}
