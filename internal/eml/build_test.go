package eml

import (
	"bytes"
	"errors"
	"io"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/pst"
)

// sent is when the notes of the tests were sent.
var sent = time.Date(2024, 3, 5, 8, 9, 10, 700e6, time.UTC)

// searchKey is 00 01 … 0F, as in the test vector of H20.
var searchKey = []byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F")

// note is a received mail from ann to bob with a plain body. Properties in extra
// take the place of its own.
func note(extra ...psttest.Prop) *psttest.Message {
	m := &psttest.Message{Recipients: [][]psttest.Prop{psttest.To("Bob", "bob@example.org")}}
	m.Props = append(psttest.Sender("Ann <ann@example.org>"),
		psttest.Str(mapi.MessageClass, "IPM.Note"),
		psttest.Int32(mapi.MessageFlags, mapi.FlagRead),
		psttest.Str(mapi.Subject, "Hello"),
		psttest.Str(mapi.Body, "Hi Bob\r\n"),
		psttest.Time(mapi.ClientSubmitTime, sent),
		psttest.Bin(mapi.SearchKey, searchKey))
	return m.With(extra...)
}

// headers is the property with the original header.
func headers(lines ...string) psttest.Prop {
	return psttest.Str(mapi.TransportMessageHeaders, strings.Join(lines, "\r\n")+"\r\n")
}

// drop removes properties.
func drop(m *psttest.Message, ids ...mapi.PropID) *psttest.Message {
	var kept []psttest.Prop
	for _, p := range m.Props {
		if !containsID(ids, p.ID) {
			kept = append(kept, p)
		}
	}
	m.Props = kept
	return m
}

func containsID(ids []mapi.PropID, id mapi.PropID) bool {
	for _, i := range ids {
		if i == id && id != 0 {
			return true
		}
	}
	return false
}

// open writes a data file with one item and reads the item back.
func open(t testing.TB, m *psttest.Message) *pst.Message {
	t.Helper()
	s, _ := store(t, m)
	return single(t, s)
}

// single is the only item of a data file.
func single(t testing.TB, s *pst.Store) *pst.Message {
	t.Helper()
	items := allItems(t, s)
	if len(items) != 1 {
		t.Fatalf("%d items in the file", len(items))
	}
	item, err := s.Message(items[0])
	if err != nil {
		t.Fatal(err)
	}
	return item
}

// convert converts an item that a data file holds, with checks that hold for
// every output.
func convert(t testing.TB, m *psttest.Message, o *Options) (string, *Result) {
	t.Helper()
	item := open(t, m)
	var b, again bytes.Buffer
	res, err := Convert(&b, item, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Convert(&again, item, o); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Fatalf("the second conversion differs (%v)", err)
	}
	checkWire(t, b.String(), res)
	return b.String(), res
}

// checkWire checks I2: 7-bit, CRLF, no NUL, no line over 998 octets.
func checkWire(t testing.TB, s string, res *Result) {
	t.Helper()
	if int64(len(s)) != res.Size {
		t.Errorf("size is %d, result says %d", len(s), res.Size)
	}
	if !strings.HasSuffix(s, "\r\n") {
		t.Errorf("the message does not end with a line end: %q", s[max(0, len(s)-40):])
	}
	for i, line := range strings.Split(strings.TrimSuffix(s, "\r\n"), "\r\n") {
		if len(line) > maxLine || strings.ContainsAny(line, "\r\n\x00") || !isASCII(line) {
			t.Fatalf("line %d cannot be sent: %.200q", i+1, line)
		}
	}
}

// split cuts a message into header and body.
func split(t testing.TB, s string) (header, body string) {
	t.Helper()
	header, body, ok := strings.Cut(s, "\r\n\r\n")
	if !ok {
		t.Fatalf("no end of the header in %.200q", s)
	}
	return header + "\r\n", body
}

// field is the unfolded value of the first field of that name; ok is false
// without it.
func field(t testing.TB, s, name string) (string, bool) {
	t.Helper()
	header, _ := split(t, s)
	header = strings.ReplaceAll(strings.ReplaceAll(header, "\r\n ", " "), "\r\n\t", "\t")
	for line := range strings.SplitSeq(header, "\r\n") {
		if n, v, ok := strings.Cut(line, ":"); ok && strings.EqualFold(n, name) {
			return strings.TrimPrefix(v, " "), true
		}
	}
	return "", false
}

// wantField checks the value of a field; "-" means that it must not be there.
func wantField(t testing.TB, s, name, want string) {
	t.Helper()
	got, ok := field(t, s, name)
	if !ok {
		got = "-"
	}
	if got != want {
		t.Errorf("%s: %q, want %q", name, got, want)
	}
}

// wantRule checks that a rule was the cause of exactly n warnings.
func wantRule(t testing.TB, res *Result, rule string, n int) {
	t.Helper()
	got := 0
	for _, w := range res.Warnings {
		if w.Rule == rule {
			got++
		}
	}
	if got != n {
		t.Errorf("%d warnings %s, want %d: %v", got, rule, n, res.Warnings)
	}
}

// leaf is a part of a parsed message.
type leaf struct {
	header message.Header
	body   string // decoded
}

// parse reads a message with an independent parser: its structure in one line
// and its leaves. Any defect fails the test.
func parse(t testing.TB, s string) (structure string, leaves []leaf) {
	t.Helper()
	e, err := message.Read(strings.NewReader(s))
	if err != nil {
		t.Fatalf("parsing: %v", err)
	}
	structure = walk(t, e, &leaves)
	return structure, leaves
}

func walk(t testing.TB, e *message.Entity, leaves *[]leaf) string {
	t.Helper()
	kind, _, err := e.Header.ContentType()
	if err != nil {
		t.Fatalf("content type %q: %v", e.Header.Get("Content-Type"), err)
	}
	if mr := e.MultipartReader(); mr != nil {
		var parts []string
		for {
			p, err := mr.NextPart()
			if errors.Is(err, io.EOF) {
				return strings.TrimPrefix(kind, "multipart/") + "{" + strings.Join(parts, " ") + "}"
			}
			if err != nil {
				t.Fatalf("part %d of %s: %v", len(parts)+1, kind, err)
			}
			parts = append(parts, walk(t, p, leaves))
		}
	}
	b, err := io.ReadAll(e.Body)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	*leaves = append(*leaves, leaf{e.Header, string(b)})
	if kind == "message/rfc822" {
		inner, err := message.Read(bytes.NewReader(b))
		if err != nil {
			t.Fatalf("attached message: %v", err)
		}
		return "message[" + walk(t, inner, leaves) + "]"
	}
	return kind
}

// wantTree checks the structure of a message and returns its leaves.
func wantTree(t testing.TB, s, want string) []leaf {
	t.Helper()
	got, leaves := parse(t, s)
	if got != want {
		t.Errorf("structure %s, want %s", got, want)
	}
	return leaves
}

// addresses parses an address field with the standard library.
func addresses(t testing.TB, s, name string) []*mail.Address {
	t.Helper()
	v, ok := field(t, s, name)
	if !ok {
		t.Fatalf("no %s", name)
	}
	list, err := mail.ParseAddressList(v)
	if err != nil {
		t.Fatalf("%s: %q: %v", name, v, err)
	}
	return list
}

// first is the message alone.
func first(s string, _ *Result) string { return s }
