package imapconn_test

import (
	"bytes"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// A date as the RFC has it is read without time.Parse, anything else with it.
func TestDate(t *testing.T) {
	for in, want := range map[string]string{
		`"01-Dec-2026 10:20:30 +0100"`:         "2026-12-01T09:20:30Z usual",
		`" 1-Dec-2026 10:20:30 +0100"`:         "2026-12-01T09:20:30Z usual",
		`"31-Dec-1999 23:59:59 -1200" FLAGS`:   "2000-01-01T11:59:59Z usual",
		`"29-Feb-2000 00:00:00 +0000")`:        "2000-02-29T00:00:00Z usual",
		`"29-Feb-2024 00:00:00 -0000"`:         "2024-02-29T00:00:00Z usual",
		`"30-Apr-0000 00:00:00 +0530"`:         "0000-04-29T18:30:00Z usual",
		`"17-May-9999 00:00:00 -2359"`:         "9999-05-17T23:59:00Z usual",
		`"1-Dec-2026 10:20:30 +0100"`:          "2026-12-01T09:20:30Z",
		`"01-DEC-2026 10:20:30 +0100"`:         "2026-12-01T09:20:30Z",
		`"01-dec-2026 10:20:30 +0100"`:         "2026-12-01T09:20:30Z",
		`"01-Dec-2026 10:20:30.5 +0100"`:       "2026-12-01T09:20:30.5Z",
		`"   01-Dec-2026 10:20:30 +0100"`:      "2026-12-01T09:20:30Z",
		`"01-Dec-2026  10:20:30  +0100"`:       "2026-12-01T09:20:30Z",
		`"01-Dec-2026 1:20:30 +0100"`:          "2026-12-01T00:20:30Z",
		`"\01-Dec-2026 10:20:30 +0100"`:        "2026-12-01T09:20:30Z",
		`"01-Dec-2026 10:20:30 +2400"`:         "2026-11-30T10:20:30Z",
		`"01-Dec-2026 10:20:30 +0160"`:         "2026-12-01T08:20:30Z",
		`"00-Dec-2026 10:20:30 +0100"`:         "",
		`"32-Dec-2026 10:20:30 +0100"`:         "",
		`"31-Nov-2026 10:20:30 +0100"`:         "",
		`"29-Feb-1900 10:20:30 +0100"`:         "",
		`"01-Dez-2026 10:20:30 +0100"`:         "",
		`"01-anF-2026 10:20:30 +0100"`:         "",
		`"01-Dec-2026 24:20:30 +0100"`:         "",
		`"01-Dec-2026 10:60:30 +0100"`:         "",
		`"01-Dec-2026 10:20:60 +0100"`:         "",
		`"01-Dec-2026 10:20:30 +2500"`:         "",
		`"01-Dec-2026 10:20:30 0100 "`:         "",
		`"01-Dec-2026 10:20:30 00100"`:         "",
		`"01-Dec-2026 10:20:30 +01:0"`:         "",
		`"01-Dec-2026 10:20:30 +0a00"`:         "",
		`"01-Dec-20 6 10:20:30 +0100"`:         "",
		`" -1Dec-2026 10:20:30 +0100"`:         "",
		`"0 -Dec-2026 10:20:30 +0100"`:         "",
		`"01 Dec 2026 10:20:30 +0100"`:         "",
		`"01-Dec-2026 10:20:30 +0100`:          "",
		`"01-Dec-2026 10:20:30 +010"`:          "",
		`"01-Dec-2026 10.20.30 +0100"`:         "",
		`"01-Dec-2026T10:20:30 +0100"`:         "",
		`01-Dec-2026 10:20:30 +0100`:           "",
		`"` + "01-Dec-2026 10:20:30 +0100\x00": "",
		`NIL`:                                  "",
		``:                                     "",
	} {
		got := ""
		if d, _, err := imapconn.ReadDate([]byte(in)); err == nil {
			got = d.Format(time.RFC3339Nano)
		}
		if _, ok := imapconn.UsualDate([]byte(in)); ok {
			got += " usual"
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
		sameDate(t, []byte(in))
	}
	for month := time.January; month <= time.December; month++ {
		for day := range 33 {
			for _, year := range []int{1900, 2000, 2023, 2024} {
				sameDate(t, fmt.Appendf(nil, `"%02d-%s-%d 00:00:00 +0000"`, day, month.String()[:3], year))
			}
		}
	}
}

// sameDate compares with what time.Parse makes of a date.
func sameDate(t *testing.T, line []byte) {
	t.Helper()
	got, rest, err := imapconn.ReadDate(line)
	want, wantRest, wantErr := imapconn.AnyDate(line)
	if got != want || !bytes.Equal(rest, wantRest) || fmt.Sprint(err) != fmt.Sprint(wantErr) {
		t.Errorf("%q: got %v, %q, %v; want %v, %q, %v", line, got, rest, err, want, wantRest, wantErr)
	}
}

func FuzzDate(f *testing.F) {
	f.Add([]byte(`"01-Dec-2026 10:20:30 +0100" FLAGS`))
	f.Add([]byte(`"29-Feb-2023 23:59:59 -2459")`))
	f.Add([]byte(`" 1-dec-2026 10:20:30.9 +0100"`))
	f.Fuzz(func(t *testing.T, line []byte) { sameDate(t, line) })
}

// What is read in a quick way is what it is by its definition.
func FuzzTokens(f *testing.F) {
	for _, s := range []string{"", "0", "7)", "12 UID", "12x", "12(", "0012 ", "000000000000012 ", "123456789", "1234567890)", "4294967295 ", "4294967296 ",
		"99999999999999999999", "+1", "-1", "1_0", ")", "{0}", "{5}", "~{5}", "~~{5}", "{007}", "{999999999}", "{9999999999}", "{99999999999999999999}", "{5}x",
		"{}", "{5", "{5+}", "{1}{2}", "a{5}", "UID", "uid", "FLAGS", "FLAG\u017f", "BODY", "BODYX", "Rfc822.Size", "internaldate",
		"HEADER.FIELDS (DATE)] {1}", "HEADER]<0> x", `"]"]`, `"\"]" ]] x`, `"]`, `a"]`, "]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		sameNumber(t, line)
		n, ok := imapconn.LiteralNext(line)
		tail := bytes.TrimPrefix(line, []byte("~"))
		want, there := imapconn.LiteralSize(tail)
		if there = there && bytes.LastIndexByte(tail, '{') == 0; ok != there || ok && n != want {
			t.Errorf("%q: literal of %d, %v", line, n, ok)
		}
		name := ""
		for _, s := range imapconn.ItemNames {
			if bytes.EqualFold(line, []byte(s)) {
				name = s
			}
		}
		if got := imapconn.ItemName(line); got != name {
			t.Errorf("%q is taken for %q", line, got)
		}
		sameSection(t, line)
	})
}

func sameNumber(t *testing.T, line []byte) {
	t.Helper()
	word, want := line, []byte{}
	if i := bytes.IndexAny(line, " )"); i >= 0 {
		word, want = line[:i], line[i:]
	}
	number, wantErr := strconv.ParseUint(string(word), 10, 32)
	n, rest, err := imapconn.ReadNumber(line)
	if (err != nil) != (wantErr != nil) || err == nil && uint64(n) != number || !bytes.Equal(rest, want) {
		t.Errorf("%q: number %d, %q, %v", line, n, rest, err)
	}
}

func sameSection(t *testing.T, line []byte) {
	t.Helper()
	end, inQuotes := -1, false
	for i := 0; i < len(line) && end < 0; i++ {
		switch c := line[i]; {
		case c == '\\' && inQuotes:
			i++
		case c == '"':
			inQuotes = !inQuotes
		case c == ']' && !inQuotes:
			end = i
		}
	}
	section, rest, err := imapconn.ReadSection(line)
	if (err == nil) != (end >= 0) || err == nil && (!bytes.Equal(section, line[:end]) || !bytes.HasPrefix(line, section) ||
		len(rest) > 0 && rest[0] != ' ' || bytes.IndexByte(line[end+1:len(line)-len(rest)], ' ') >= 0) {
		t.Errorf("%q: section %q, %q, %v", line, section, rest, err)
	}
}
