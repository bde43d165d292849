package codepage

import "testing"

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
		{932, "\x82<b>\x82", "\ufffd<b>\ufffd", true},
		{932, "C:\\~\x81\x60\x87\x40\xb1", "C:\\~～①ｱ", false},
		{932, "\xf0\x40\xfb\xfc", "\ue000髙", false},
		{932, "\x85\x40\xa0", "\ufffd@\ufffd", true},
		{932, "\x81\xadx", "\ufffdx", true},
		{936, "\x80\xa2\xe3", "€€", false},
		{936, "\xff", "\ufffd", true},
		{949, "\x81\x41\xc9\xa1", "갂\ue000", false},
		{950, "\x88\x62\x87\x40\xf9\xd6", "\u00ca\u0304䏰碁", false},
		{1361, "\x88\x61\xd9\x31\xe0\x31", "가\u3000伽", false},
		{1361, "\xd0\x65\x8b\x69", "한글", false},
		{10001, "\x80\x93\xfa\xfd\xfe\xff", "\\日©™…", false},
		{10003, "\x81\xc7\xd1", "₩한", false},
		{10005, "\xc0\xe0", "\u05dc\u05b9א", false},
		{20932, "\xc6\xfc\xb0\x21\x8f\xb0\xa1\x8e\xb1", "日丂丂ｱ", false},
		{51932, "\xb0!\x8f\xb0", "\ufffd!\ufffd\ufffd", true},
		{54936, "\x84\x31\xa4\x37", "\ufffd", false},
		{54936, "\x95\x32\x82\x36\xff", "𠀀\ufffd", true},
		{37, "\xc1\x40\x81\x25", "A a\n", false},
		{500, "\x4a\xc1", "[A", false},
		{1140, "\x9f", "€", false},
		{864, "%", "٪", false},
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
