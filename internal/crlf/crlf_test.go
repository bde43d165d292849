package crlf_test

import (
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/crlf"
)

var badLineEnd = regexp.MustCompile(`\x00|\r([^\n]|$)|(^|[^\r])\n`)

// The scan agrees with the definition, however the message is cut into pieces.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{"", "a\r\nb\r\n", "a\r", "\n", "\r\r\n", "a\x00", "\r\n\n", "ab\r\ncd\r\nef\r\n", "ab\r\nc\nd\r\n", "ab\r\n\ncd\r\n\r"} {
		f.Add([]byte(s), 1)
	}
	for before := 16<<10 - 3; before <= 16<<10+1; before++ { // what ends a line lies around the end of a piece
		for _, end := range []string{"\r\n", "\r", "\n", "\x00", "\r\r\n", "\n\r\n"} {
			whole := []byte(strings.Repeat(strings.Repeat("x", 62)+"\r\n", 256)[:before-before%64] + strings.Repeat("y", before%64) + end + "z\r\n")
			f.Add(whole, 0)
			f.Add(whole, 16<<10)
		}
	}
	f.Fuzz(func(t *testing.T, in []byte, at int) {
		at = max(0, min(at, len(in)))
		// The regular expression works on runes; map the bytes so that each is one.
		runes := make([]rune, len(in))
		for i, b := range in {
			runes[i] = rune(b)
		}
		bad := badLineEnd.MatchString(string(runes))
		var c crlf.Check
		err := write(&c, in[:at], in[at:])
		if err == nil {
			err = c.End()
		}
		if (err != nil) != bad {
			t.Errorf("%q split at %d: %v", in, at, err)
		}
	})
}

func write(w io.Writer, pieces ...[]byte) error {
	for _, p := range pieces {
		if _, err := w.Write(p); err != nil {
			return err
		}
	}
	return nil
}

func TestWhereItIs(t *testing.T) {
	for in, want := range map[string]string{
		"ab\r\nc\x00":                            "NUL at byte 5",
		"ab\r\nc\nd":                             "LF without CR at byte 5",
		"ab\r\nc\rd":                             "CR without LF at byte 5",
		"ab\r":                                   "CR without LF at byte 2",
		strings.Repeat("a", 40_000) + "\n":       "LF without CR at byte 40000",
		strings.Repeat("a", 16<<10-1) + "\ra":    "CR without LF at byte 16383",
		strings.Repeat("a", 16<<10-1) + "\r\n\n": "LF without CR at byte 16385",
	} {
		var c crlf.Check
		err := write(&c, []byte(in))
		if err == nil {
			err = c.End()
		}
		if err == nil || err.Error() != want {
			t.Errorf("%.20q: %v instead of %s", in, err, want)
		}
	}
}
