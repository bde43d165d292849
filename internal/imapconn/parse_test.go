package imapconn_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

func TestByeScanner(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "* OK hi\r\n* BYE see you\r\n", "see you"},
		{"any case", "* bye x\r\n", "x"},
		{"in a literal", "* 1 FETCH (BODY[] {12}\r\n\r\n* BYE no\r\n)\r\n", ""},
		{"after a literal", "* 1 FETCH (BODY[] {3}\r\nabc UID {1}\r\n1)\r\n* BYE yes\r\n", "yes"},
		{"unfinished", "* BYE half", ""},
		{"endless", strings.Repeat("x", 2<<20), "endless"},
	} {
		for split := range min(len(c.in), 60) {
			if got := imapconn.ScanBye([]byte(c.in[:split]), []byte(c.in[split:])); got != c.want {
				t.Errorf("%s, split at %d: %q", c.name, split, got)
			}
		}
	}
}

// How the stream is cut into reads must not matter.
func FuzzByeScanner(f *testing.F) {
	f.Add([]byte("* OK {3}\r\nabc\r\n* BYE now\r\n"), 7)
	f.Add([]byte("a {9999999999999999999}\r\n* BYE {1}\r\n"), 3)
	f.Fuzz(func(t *testing.T, in []byte, at int) {
		at = max(0, min(at, len(in)))
		var bytewise [][]byte
		for i := range in {
			bytewise = append(bytewise, in[i:i+1])
		}
		whole := imapconn.ScanBye(in)
		if got := imapconn.ScanBye(in[:at], in[at:]); got != whole {
			t.Errorf("split at %d: %q, whole: %q", at, got, whole)
		}
		if got := imapconn.ScanBye(bytewise...); got != whole {
			t.Errorf("bytewise: %q, whole: %q", got, whole)
		}
	})
}

var atom = regexp.MustCompile(`^[!#$&'+,\-./0-9:;<=>?@A-Z\[^_` + "`" + `a-z|}~]+$`)

// What the check lets through is an atom by the grammar of RFC 9051, or one of four system flags.
func FuzzFlags(f *testing.F) {
	for _, s := range []string{`\Seen`, `\sEEN`, `\Recent`, "$MDNSent", "a b", "a)", "Prüfung", "", "{3+}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, flag string) {
		if got := imapconn.IsKeyword(flag); got != atom.MatchString(flag) {
			t.Errorf("%q is a keyword: %v", flag, got)
		}
		out, err := imapconn.CheckFlags([]string{flag})
		if err == nil && !atom.MatchString(out[0]) && !regexp.MustCompile(`^\\(Seen|Answered|Flagged|Draft)$`).MatchString(out[0]) {
			t.Errorf("%q went through as %q", flag, out[0])
		}
	})
}

func TestDecodeUTF7(t *testing.T) {
	for in, want := range map[string]string{
		"INBOX": "INBOX", "a&-b": "a&b", "Gel&APY-scht": "Gelöscht", "&ZeVnLIqe-": "日本語", "&2D3eAA-": "😀",
		"R&D": "R&D", "&APY": "&APY", "&A-": "&A-", "Größe": "Größe",
	} {
		if got := imapconn.DecodeUTF7(in); got != want {
			t.Errorf("%q decodes to %q, want %q", in, got, want)
		}
	}
}

// Response data is bounded in depth and never makes the parser fail other than with an error.
func FuzzValues(f *testing.F) {
	f.Add([]byte(`(("INBOX." ".")) NIL (("a" NIL))`))
	f.Add([]byte("(\\Noselect) \"/\" {3}\r\na\"b"))
	f.Add(bytes.Repeat([]byte("("), 1000))
	f.Fuzz(func(t *testing.T, in []byte) {
		err := imapconn.ParseValues(in)
		if !bytes.ContainsAny(in, `("{)`) && err != nil {
			t.Errorf("plain atoms %q: %v", in, err)
		}
		if bytes.HasPrefix(in, bytes.Repeat([]byte("("), 10)) && err == nil {
			t.Errorf("%q nests too deep", in)
		}
	})
}
