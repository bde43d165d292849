package vcard

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// FuzzWriter holds what must be so for any text: lines that can be read, and the
// text in them again, in both versions.
func FuzzWriter(f *testing.F) {
	f.Add("a", "plain")
	f.Add("a;b", strings.Repeat("\U0001F600\n,;\\", 40))
	f.Add("\"^", "\r\r\n\v\x00\x7f\xff")
	f.Add("%", "END:VCARD\r\n x")
	f.Fuzz(func(t *testing.T, p, s string) {
		for _, v := range []Version{V3, V4} {
			c := card{version: v}
			c.line("BEGIN", nil, "VCARD")
			c.line("VERSION", nil, v.String())
			c.line("PRODID", nil, "x")
			c.text("NOTE", []param{{"X-P", []string{cleanText(p)}}}, s)
			c.parts("N", nil, ";", s, p)
			c.uri("URL", nil, "", s)
			c.line("END", nil, "VCARD")
			checkWire(t, c.buf.String())
			lines := unfold(c.buf.String())
			if len(lines) > 3 {
				t.Fatalf("%d fields: %q", len(lines), lines)
			}
			for _, line := range lines {
				checkField(t, line, cleanText(s), cleanText(p))
			}
		}
	})
}

// checkField finds the texts in a line again, by the rules of RFC 6350 3.4.
func checkField(t *testing.T, line, s, p string) {
	t.Helper()
	switch {
	case strings.HasPrefix(line, "NOTE"):
		quoted, value := false, -1
		for i, r := range line {
			if r == '"' {
				quoted = !quoted
			} else if r == ':' && !quoted {
				value = i + 1
				break
			}
		}
		if got := unescape(line[max(value, 0):]); value < 0 || len(got) != 1 || got[0] != s {
			t.Errorf("%q, want %q", got, s)
		}
	case strings.HasPrefix(line, "N:"):
		if got := unescape(line[2:]); len(got) != 2 || got[0] != s || got[1] != p {
			t.Errorf("%q, want %q and %q", got, s, p)
		}
	default:
		if strings.ContainsFunc(line, func(r rune) bool { return r <= ' ' || r > '~' || r == ',' }) {
			t.Errorf("no address: %q", line)
		}
	}
}

// unescape splits a value at its semicolons.
func unescape(s string) []string {
	out := []string{""}
	last := func() *string { return &out[len(out)-1] }
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			*last() += strings.ReplaceAll(s[i:i+1], "n", "\n")
		case s[i] == ';':
			out = append(out, "")
		default:
			*last() += s[i : i+1]
		}
	}
	return out
}

// FuzzMembers holds what must be so for any list of members: no more of them than
// there are bytes, and each can be asked for.
func FuzzMembers(f *testing.F) {
	f.Add(listStream([2][]byte{oneOff("A", "SMTP", "a@x.org"), exEntry("/o=x")}))
	f.Add(listStream([2][]byte{wrap(0xC3, stored(1)), wrap(0xB4, wrap(0xB5, exEntry("/cn")))}))
	f.Add(binary.LittleEndian.AppendUint32(bytes.Repeat([]byte{1, 0}, 14), 1<<31))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, whole := parseListStream(b)
		if 12*len(list) > len(b) || whole && len(b) > 0 && len(list) != int(binary.LittleEndian.Uint32(b[12:])) {
			t.Errorf("%d members of %d bytes, whole %v", len(list), len(b), whole)
		}
		decode := func(b []byte) string { return string(b) }
		for _, m := range append(list, listMember{b, b}) {
			for _, id := range [][]byte{m.entry, m.oneOff} {
				e, ok := mapi.ParseAddressEntry(id, decode)
				if !ok {
					continue
				}
				if e.Which < 0 || e.Which > 5 || len(e.Object) > len(id) || len(e.Name)+len(e.Type)+len(e.Email) > 2*len(id) {
					t.Errorf("% x: %+v", id, e)
				}
				c := &converter{Item: new(Item), o: &Options{Resolver: resolver, Contact: people}}
				if _, smtp, _ := c.entryPerson(e); smtp != "" && !isAddress(smtp) {
					t.Errorf("% x: address %q", id, smtp)
				}
			}
		}
	})
}
