package plan

import (
	"strings"
	"testing"
)

func TestLevel(t *testing.T) {
	tests := []struct {
		what    string
		server  Server
		in      string
		want    string
		changed bool
	}{
		{"plain", Server{Delim: '/'}, "Projects 2020", "Projects 2020", false},
		{"delimiter", Server{Delim: '/'}, "A/B", "A_B", true},
		{"dot is fine with a slash", Server{Delim: '/'}, "v1.2", "v1.2", false},
		{"dot delimiter", Server{Delim: '.'}, "v1.2", "v1_2", true},
		{"slash on a dot server", Server{Delim: '.'}, "A/B", "A_B", true},
		{"underscore delimiter", Server{Delim: '_'}, "A_B*", "A-B-", true},
		{"wildcards", Server{Delim: '/'}, "100% *new*", "100_ _new_", true},
		{"quotes kept", Server{Delim: '/'}, `a"b\c`, `a"b\c`, false},
		{"quotes refused", Server{Delim: '/', Refused: `"\`}, `a"b\c`, "a_b_c", true},
		{"control characters", Server{Delim: '/'}, "a\x00b\r\nc\u0085\u2028d", "abcd", true},
		{"blanks around", Server{Delim: '/'}, " \u00a0a b ", "a b", true},
		{"empty", Server{Delim: '/'}, "", "Unnamed", true},
		{"only controls", Server{Delim: '/'}, " \x01 ", "Unnamed", true},
		{"dots", Server{Delim: '/'}, "..", "__", true},
		{"tilde", Server{Delim: '/'}, "~home", "~home", false},
		{"outbox", Server{Delim: '/'}, "Outbox", "Outbox (Outlook)", true},
		{"hidden outbox", Server{Delim: '/'}, " Post\x01ausgang", "Postausgang (Outlook)", true},
		{"NFC is no change", Server{Delim: '/'}, "Entwu\u0308rfe", "Entwürfe", false},
		{"accent after control", Server{Delim: '/'}, "u\x01\u0308", "ü", true},
		{"bad UTF-8", Server{Delim: '/'}, "a\xffb", "a\uFFFDb", true},
		{"emoji kept", Server{Delim: '/'}, "a😀", "a😀", false},
		{"emoji refused", Server{Delim: '.', BMPOnly: true}, "a😀", "a_", true},
		{"no hierarchy", Server{}, "A/B.C", "A/B.C", false},
		{"all fillers refused", Server{Delim: '_', Refused: "-+"}, "a*", "ax", true},
	}
	for _, tt := range tests {
		got, changed := newCleaner(tt.server).level(tt.in)
		if got != tt.want || changed != tt.changed {
			t.Errorf("%s: level(%q) = %q, %v; want %q, %v",
				tt.what, tt.in, got, changed, tt.want, tt.changed)
		}
	}
}

func TestKnownSoftware(t *testing.T) {
	for software, want := range map[string]string{
		"Cyrus IMAP 3.6.1":      "a_b_😀",
		"x Courier-IMAP ready.": "a|b;_",
		"Dovecot":               "a|b;😀",
		"":                      "a|b;😀",
	} {
		s := Server{Delim: '/'}
		s.Know(software)
		if got, _ := newCleaner(s).level("a|b;😀"); got != want {
			t.Errorf("%q: %q, want %q", software, got, want)
		}
	}
}

func TestUTF7Len(t *testing.T) {
	tests := []struct{ in, encoded string }{
		{"", ""},
		{"INBOX.Sent", "INBOX.Sent"},
		{"A & B", "A &- B"},
		{"Entwürfe", "Entw&APw-rfe"},
		// The example of RFC 3501 5.1.3.
		{"~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
		{"😀", "&2D3eAA-"},
	}
	for _, tt := range tests {
		if got := utf7Len(tt.in); got != len(tt.encoded) {
			t.Errorf("utf7Len(%q) = %d, want %d", tt.in, got, len(tt.encoded))
		}
	}
}

func TestCutName(t *testing.T) {
	tests := []struct {
		in    string
		limit int
		want  string
	}{
		{"abc", 3, "abc"},
		{"abcd", 3, "abc"},
		{"a&b", 2, "a"},
		{"日本語", 7, "日"},
		{"日本語", 8, "日本"},
		{"日本語日本語日本語日本語", 35, "日本語日本語日本語日本"}, // 34 bytes of modified UTF-7, 36 of UTF-8
		{"😀😀", 8, "😀"},
		{"😀", 7, ""},
		{"abc", 0, ""},
	}
	for _, tt := range tests {
		got := cutName(tt.in, tt.limit)
		if got != tt.want || !strings.HasPrefix(tt.in, got) {
			t.Errorf("cutName(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

func TestCareful(t *testing.T) {
	c := newCleaner(Server{Delim: '/'})
	for in, want := range map[string]string{
		"v1.2 (old)": "v1_2 _old_-x0123ab", "Größe 日本": "Größe 日本-x0123ab", "😀": "_-x0123ab",
		strings.Repeat("x", 200): strings.Repeat("x", maxCareful) + "-x0123ab",
	} {
		if got := c.careful(in, "0123ab"); got != want || !isCareful(got) {
			t.Errorf("careful(%q) = %q, want %q", in, got, want)
		}
	}
	for _, s := range []string{"", "a", "a-b", "a-0123ab", "a-x0123abc", "a-x0123aX"} {
		if isCareful(s) {
			t.Errorf("%q is taken for a careful name", s)
		}
	}
}
