package journal

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// usual are lines in the words of this program, and others near them.
var usual = []string{
	`{"item":"1-a","store":"00ff","node":7,"mailbox":"Küche","uidvalidity":1,"uid":2,"size":3,"sha256":"cd","stamp":18446744073709551615}`,
	`{"op":"known","known":{"store":"00ff","node":7,"stamp":18446744073709551615,"item":"1-a"}}`,
	`{"item":"1-a"}`,
	`{"item":""}`,
	`{"item":"1-a","mailbox":"a\\b \u00e4"}`,
	`{"item":"1-a","mailbox":"a"b"}`,
	`{"item":"1-a", "uid":2}`,
	`{"item":"1-a","uid":-2}`,
	`{"item":"1-a","uid":02}`,
	`{"item":"1-a","uid":2.5}`,
	`{"item":"1-a","uid":4294967296}`,
	`{"item":"1-a","size":9223372036854775808}`,
	`{"item":"1-a","other":2}`,
	`{"item":"1-a","uid":"2"}`,
	`{"item":"1-a","uid":2}}`,
	`{"item":"1-a","uid":2`,
	`{"item":"1-a",`,
	`{"op":"known","known":{"store":"00ff","node":4294967296}}`,
	`{"op":"known","known":{}}`,
	`{"op":"known","known":null}`,
	`{"op":"known","known":{"store":"00ff","node":7}`,
	"{\"item\":\"1-a\",\"mailbox\":\"\xff\"}",
	"{\"item\":\"1-a\",\"mailbox\":\"\t\"}",
	"{\"item\":\"1-a\",\"sha256\":\"\x1f\"}",
	"{\"item\":\"1-\xc3\xa4\"}",
	`{"item":"1-\u0061"}`,
	`{"item":"1-a","uid":2,"node":7}`,
	`{"item":"1-a","uid":2,"uid":3}`,
	`{"item":"1-a","UID":2}`,
	`{"item":"1-a","uid":}`,
	`{"item":"1-a","uid":0,"size":0,"date":9223372036854775807}`,
	`{"item":"1-a","date":9223372036854775808}`,
	`{"item":"1-a","stamp":18446744073709551616}`,
	`{"item":"1-a","stamp":99999999999999999999}`,
	`{"item":"1-a","stamp":100000000000000000000}`,
	`{"op":"known","known":{"store":"00ff","node":7,"stamp":0,"item":""}}`,
	`{"op":"known","known":{"store":"00ff","node":7,"stamp":1,"item":"1-a"},"n":1}`,
	`{"op":"known","known":{"store":"00ff","stamp":1,"node":7,"item":"1-a"}}`,
	// A mailbox that begins as the one before, is written with escapes, comes back or is none.
	`{"item":"1-a","mailbox":"A","uid":1}` + "\n" + `{"item":"1-b","mailbox":"A","uid":2}` + "\n" + `{"item":"1-c","mailbox":"A/B"}` + "\n" +
		`{"item":"1-d","mailbox":"A\u0026B","flags":"*Seen"}` + "\n" + `{"item":"1-e","mailbox":"A\u0026B","flags":""}` + "\n" +
		`{"item":"1-f","mailbox":"A\u0026","flags":"*Seen"}` + "\n" + `{"item":"1-g","mailbox":"A\\"}` + "\n" + `{"item":"1-h","mailbox":"A\\"}` + "\n" +
		`{"item":"1-i","mailbox":"A\""}` + "\n" + `{"item":"1-j","mailbox":"A\"","uid":3}` + "\n" + `{"item":"1-k","mailbox":"A\ud800"}` + "\n" +
		`{"item":"1-l","mailbox":"A\u00"}` + "\n" + `{"item":"1-m","mailbox":"A`,
}

func newPast() *Past { return &Past{open: map[int][]byte{}} }

// FuzzUsual: what is read the quick way is what the JSON decoder reads, whatever was
// read before.
func FuzzUsual(f *testing.F) {
	for _, s := range usual {
		f.Add([]byte(s))
	}
	f.Add([]byte(strings.Join(usual, "\n")))
	f.Fuzz(func(t *testing.T, text []byte) {
		quick, slow, in := newPast(), newPast(), new(texts)
		for b := range bytes.SplitSeq(text, []byte("\n")) {
			before := len(quick.Entries) + len(quick.Known)
			if !quick.takeUsual(b, in) {
				if len(quick.Entries)+len(quick.Known) > before {
					t.Errorf("%q is not taken and leaves %+v", b, quick)
				}
				continue
			}
			var l line
			if err := json.Unmarshal(b, &l); err != nil || !slow.take(&l, b) {
				t.Fatalf("%q is no line: %v", b, err)
			}
		}
		if !slices.Equal(quick.Entries, slow.Entries) || !slices.Equal(quick.Known, slow.Known) {
			t.Errorf("%q: got %+v, want %+v", text, quick, slow)
		}
	})
}

// The lines as they are written take the quick way.
func TestUsualLinesAreQuick(t *testing.T) {
	for _, l := range []line{
		{Entry: Entry{"1-a", "00ff", 7, "Küche", 1, 2, 3, "cd", 4, "*Seen x", 5}},
		{Entry: Entry{Item: "1-a", Mailbox: "R&D <\u2028>", UIDValidity: 1}},
		{Op: opKnown, Known: &Known{"00ff", 7, 1 << 63, "1-a"}},
		{Op: opKnown, Known: &Known{Item: "1-a"}},
	} {
		b, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		p := newPast()
		if !p.takeUsual(b, new(texts)) {
			t.Errorf("%s takes the slow way", b)
		}
		want := newPast()
		want.take(&l, b)
		if !reflect.DeepEqual(p, want) {
			t.Errorf("got %+v, want %+v", p, want)
		}
	}
}

func TestNatural(t *testing.T) {
	for _, s := range []string{
		"0", "7", "10", "00", "01", "", "x", "-1", "1234567890123456789", "9999999999999999999", "18446744073709551615", "18446744073709551616",
		"18446744073709551620", "20000000000000000000", "99999999999999999999", "184467440737095516150", "100000000000000000000000",
	} {
		for _, end := range []string{"", ",", "}", ".5", "/", ":"} {
			n, rest, ok := natural([]byte(s + end))
			want, err := strconv.ParseUint(s, 10, 64)
			if wantOK := err == nil && (len(s) == 1 || s[0] != '0'); ok != wantOK || ok && (n != want || string(rest) != end) {
				t.Errorf("%s%s: %d, %q, %v", s, end, n, rest, ok)
			}
		}
	}
}

// Every byte counts, wherever it is.
func TestIsPlain(t *testing.T) {
	for size := range 20 {
		for at := range size {
			for c := range 256 {
				b := bytes.Repeat([]byte{' '}, size)
				b[at] = byte(c)
				if got, want := isPlain(b), c >= ' ' && c != '\\' && c < 0x80; got != want {
					t.Errorf("%q: %v", b, got)
				}
			}
		}
	}
}

// Strings that lie beside each other remain what they are.
func TestOwn(t *testing.T) {
	var in texts
	var got, want []string
	for i := range 2000 {
		s := strings.Repeat(strconv.Itoa(i), i%90)
		b := []byte(s)
		want, got = append(want, s), append(got, in.own(b))
		clear(b)
	}
	if !slices.Equal(got, want) {
		t.Error("strings are not what they were")
	}
}
