package eml

import (
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

func TestSkeletonAsHeader(t *testing.T) {
	skeleton := psttest.Bin(mapi.MimeSkeleton, []byte("From: s@x.org\r\nX-Skeleton: yes\r\n\r\nContent-Type: text/plain\r\n"))
	s, _ := convert(t, note(skeleton), nil)
	wantField(t, s, "X-Skeleton", "yes")
	s, _ = convert(t, note(skeleton, headers("From: t@x.org")), nil)
	wantField(t, s, "X-Skeleton", "-")
}

func TestParseTransport(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		want     []string
		lost     int
	}{
		{"mbox lines", "From ann Tue Mar  5\n>From x\nFrom: a\nTo: b", []string{"From: a", "To: b"}, 0},
		{"byte order mark", "\uFEFF\r\n\r\nFrom: a", []string{"From: a"}, 0},
		{"lone CR", "From: a\rTo: b\r\rbody", []string{"From: a", "To: b"}, 0},
		{"blank before the colon", "From : a\nto\t:b", []string{"From: a", "to:b"}, 0},
		{"text first", "some text\nFrom: a", []string{"From: a"}, 1},
		{"banner with continuation", "Microsoft Mail Internet Headers Version 2.0\n x\nFrom: a", []string{"From: a"}, 0},
		{"blank line in a field", "From: a\n \t\n b", []string{"From: a b"}, 0},
		{"a name too long for a line", "From: a\n" + strings.Repeat("x", 901) + ": b", []string{"From: a " + strings.Repeat("x", 901) + ": b"}, 0},
		{"no known field", "X-A: 1\nX-B: 2", nil, 0},
		{"empty", "", nil, 0},
	} {
		fields, lost := parseTransport(tc.in)
		var got []string
		for _, f := range fields {
			got = append(got, strings.Join(f.lines, ""))
		}
		if strings.Join(got, "|") != strings.Join(tc.want, "|") || lost != tc.lost {
			t.Errorf("%s: %q, %d lost", tc.name, got, lost)
		}
	}
}

func TestKeepRepairs(t *testing.T) {
	long := strings.Repeat("a", 600)
	for _, tc := range []struct{ in, want string }{
		{"To: \"Müller, Jörg\" <j@bücher.de>, Ann (Größe) <a@x.org>", "To: =?UTF-8?B?TcO8bGxlciwgSsO2cmc=?= <j@xn--bcher-kva.de>, Ann\r\n (=?UTF-8?B?R3LDtsOfZQ==?=) <a@x.org>\r\n"},
		{"Subject: Grüße", "Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n"},
		{"Message-ID: <ü@x>", "Message-ID: <?@x>\r\n"},
		{"X-Bell: a\x07b", "X-Bell: ab\r\n"},
		{"Received: " + long + " " + long, "Received: " + long + "\r\n " + long + "\r\n"},
		{"X-List: " + long + "," + long, "X-List: " + long + ",\r\n " + long + "\r\n"},
	} {
		name, _, _ := strings.Cut(tc.in, ":")
		if got, _ := keep(rawField{name, []string{tc.in}}); got != tc.want {
			t.Errorf("%.60q: %q, want %q", tc.in, got, tc.want)
		}
	}
	if _, lossy := keep(rawField{"References", []string{"References: <" + strings.Repeat("x", 2000) + ">"}}); lossy == "" {
		t.Error("a line that was cut is not reported")
	}
}
