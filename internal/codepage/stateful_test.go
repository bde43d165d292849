package codepage

import (
	"strings"
	"testing"
)

// Encodings with escapes and shifts: what is well-formed and what is marked.
func TestShifts(t *testing.T) {
	for _, tc := range []struct {
		cp    int
		in    string
		want  string
		lossy bool
	}{
		{50220, "\x1b$B$\"\x1b(BA", "あA", false},
		{50220, "\x1b$@F|K\\\x1b(J\\~", "日本\\~", false},
		{50221, "\x1b(I1\x1b(B1", "ｱ1", false},
		{50222, "\x0e1\x0f1", "ｱ1", false},
		{50222, "\x1b)I\x0e1\x0f1", "ｱ1", false},
		{50220, "\x1b$(D0!\x1b(B", "丂", false},
		{50220, "\x1b&@\x1b$B0!", "亜", false},
		{50220, "\x1b$B-!", "①", false},
		{50220, "\x1b$B0", "\ufffd", true},
		{50220, "\x1b$B0\n0!", "\ufffd\n亜", true},
		{50220, "\x1b$B0!\r\n 0!\x1b(B", "亜\r\n 亜", false},
		{50220, "\x1b%Gx", "\ufffd%Gx", true},
		{50220, "x\x1b", "x\ufffd", true},
		{50220, "\xb1", "\ufffd", true},
		{50220, "\x1b(I~", "\ufffd", true},
		{50225, "\x1b$)CA\x0eGQ1[\x0fB", "A한글B", false},
		{50225, "\x0eGQ\nGQ", "한\nGQ", false},
		{50225, "\x0eG", "\ufffd", true},
		{50225, "\xc7\xd1", "\ufffd\ufffd", true},
		{50227, "\x1b$)A\x0eDc:C\x0f!", "你好!", false},
		{50227, "\xc4\xe3", "你", false},
		{52936, "~{Dc:C~}!~~", "你好!~", false},
		{52936, "a~\nb~\r\nc", "abc", false},
		{52936, "~{Dc\nDc", "你\nDc", false},
		{52936, "~{D", "\ufffd", true},
		{52936, "~x", "\ufffdx", true},
		{52936, "~", "\ufffd", true},
		{52936, "\xc4\xe3", "你", false},
	} {
		got, lossy := Decode(tc.cp, []byte(tc.in))
		if got != tc.want || lossy != tc.lossy {
			t.Errorf("Decode(%d, %q) = %q, %v; want %q, %v", tc.cp, tc.in, got, lossy, tc.want, tc.lossy)
		}
	}
}

// The first four are the examples of RFC 2152.
func TestUTF7(t *testing.T) {
	for _, tc := range []struct {
		in    string
		want  string
		lossy bool
	}{
		{"A+ImIDkQ.", "A≢Α.", false},
		{"Hi Mom -+Jjo--!", "Hi Mom -☺-!", false},
		{"+ZeVnLIqe-", "日本語", false},
		{"Item 3 is +AKM-1.", "Item 3 is £1.", false},
		{"1 +- 1", "1 + 1", false},
		{"a\\b~c\t\r\n", "a\\b~c\t\r\n", false},
		{"+2D3eAA-", "\U0001F600", false},
		{"+2D3eAA", "\U0001F600", false},
		{"+AGE-b", "ab", false},
		{"+AGE!", "a!", false},
		{"+!", "\ufffd!", true},
		{"x+", "x\ufffd", true},
		{"+A-", "\ufffd", true},
		{"+AGEA-", "a\ufffd", true},
		{"+AGF-", "a\ufffd", true},
		{"+2D0-", "\ufffd", true},
		{"+2D0AYQ-", "\ufffda", true},
		{"+3gA-", "\ufffd", true},
		{"+2D0-+3gA-", "\ufffd\ufffd", true},
		{"caf\xe9", "caf\ufffd", true},
		{"+AGE\xe9", "a\ufffd", true},
	} {
		got, lossy := Decode(UTF7, []byte(tc.in))
		if got != tc.want || lossy != tc.lossy {
			t.Errorf("Decode(UTF7, %q) = %q, %v; want %q, %v", tc.in, got, lossy, tc.want, tc.lossy)
		}
	}
}

func TestUTF7OfPython(t *testing.T) {
	lines := goldenLines(t, "testdata/golden/utf7.gz")
	if len(lines) < 1000 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, line := range lines {
		in, want, _ := strings.Cut(line, "\t")
		if got, ok := DecodeStrict(UTF7, unhex(t, in)); !ok || got != string(unhex(t, want)) {
			t.Errorf("%s: %q, %v", in, got, ok)
		}
	}
}
