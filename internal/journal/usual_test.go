package journal

import (
	"encoding/json"
	"reflect"
	"slices"
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
}

func newPast() *Past { return &Past{open: map[int][]byte{}} }

// FuzzUsual: what is read the quick way is what the JSON decoder reads.
func FuzzUsual(f *testing.F) {
	for _, s := range usual {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		quick := newPast()
		if !quick.takeUsual(b, interner{}) {
			if len(quick.Entries)+len(quick.Known) > 0 {
				t.Errorf("%q is not taken and leaves %+v", b, quick)
			}
			return
		}
		var l line
		slow := newPast()
		if err := json.Unmarshal(b, &l); err != nil || !slow.take(&l, b) {
			t.Fatalf("%q is no line: %v", b, err)
		}
		if !slices.Equal(quick.Entries, slow.Entries) || !slices.Equal(quick.Known, slow.Known) {
			t.Errorf("%q: got %+v, want %+v", b, quick, slow)
		}
	})
}

// The lines as they are written take the quick way.
func TestUsualLinesAreQuick(t *testing.T) {
	for _, l := range []line{
		{Entry: Entry{"1-a", "00ff", 7, "Küche", 1, 2, 3, "cd", 4, "*Seen x", 5}},
		{Op: opKnown, Known: &Known{"00ff", 7, 1 << 63, "1-a"}},
	} {
		b, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		p := newPast()
		if !p.takeUsual(b, interner{}) {
			t.Errorf("%s takes the slow way", b)
		}
		want := newPast()
		want.take(&l, b)
		if !reflect.DeepEqual(p, want) {
			t.Errorf("got %+v, want %+v", p, want)
		}
	}
}
