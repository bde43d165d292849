package journal

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// after gives what follows s, if b begins with that.
func after(b []byte, s string) (rest []byte, ok bool) {
	if len(b) < len(s) || string(b[:len(s)]) != s {
		return nil, false
	}
	return b[len(s):], true
}

// quoted reads the rest of a string, which ends with the next quotation mark.
func quoted(b []byte) (text, rest []byte) {
	n := bytes.IndexByte(b, '"')
	if n < 0 {
		return nil, nil
	}
	return b[:n], b[n+1:]
}

// plain is quoted for a string that stands for itself.
func plain(b []byte) (text, rest []byte) {
	if text, rest = quoted(b); !isPlain(text) {
		return nil, nil
	}
	return text, rest
}

// small reads a natural number of 32 bits.
func small(b []byte) (uint32, []byte) {
	n, rest, _ := natural(b)
	if n > math.MaxUint32 {
		return 0, nil
	}
	return uint32(n), rest
}

// signed reads a natural number below 1<<63.
func signed(b []byte) (int64, []byte) {
	n, rest, _ := natural(b)
	if n > math.MaxInt64 {
		return 0, nil
	}
	return int64(n), rest
}

// natural reads a number without sign, fraction and exponent.
func natural(b []byte) (n uint64, rest []byte, ok bool) {
	const safe = 19 // digits that always fit
	i := 0
	for ; i < len(b) && i < safe; i++ {
		digit := b[i] - '0'
		if digit > 9 {
			break
		}
		n = n*10 + uint64(digit)
	}
	if i == 0 || i > 1 && b[0] == '0' {
		return 0, nil, false
	}
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		high, low := bits.Mul64(n, 10)
		sum, carry := bits.Add64(low, uint64(b[i]-'0'), 0)
		if high+carry != 0 {
			return 0, nil, false
		}
		n = sum
	}
	return n, b[i:], true
}

// isPlain tells whether b has only what stands for itself in a JSON string, and only
// ASCII. It looks at eight bytes at a time.
func isPlain(b []byte) bool {
	const each = math.MaxUint64 / 0xff // 1 in each byte
	for ; len(b) >= 8; b = b[8:] {
		x := binary.LittleEndian.Uint64(b)
		// The highest bit of a byte becomes or stays 1 where it is not ASCII, below ' ' or
		// a backslash; a borrow comes only from such a byte.
		if (x|(x-' '*each)|((x^'\\'*each)-each))&(utf8.RuneSelf*each) != 0 {
			return false
		}
	}
	for _, c := range b {
		if c < ' ' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// texts keeps one copy of strings that many lines have, and those that one line has
// beside each other.
type texts struct {
	store, mailbox, flags column
	seen                  map[string]word // by how they are written
	ids                   strings.Builder
}

// word is a string, and how it is written.
type word struct{ written, text string }

// column is a member that often says what it said on the line before.
type column struct{ last word }

// get reads the rest of a string.
func (k *column) get(b []byte, t *texts) (text string, rest []byte) {
	if rest, ok := after(b, k.last.written); ok && len(rest) > 0 && rest[0] == '"' {
		return k.last.text, rest[1:]
	}
	return k.look(b, t)
}

// look is get for another string than on the line before.
func (k *column) look(b []byte, t *texts) (text string, rest []byte) {
	written, rest := quoted(b)
	w, ok := t.seen[string(written)]
	if !ok {
		if w, ok = decode(written); !ok {
			return "", nil
		}
		if t.seen == nil {
			t.seen = map[string]word{}
		}
		t.seen[w.written] = w
	}
	k.last = w
	return w.text, rest
}

// decode reads a string; ok is false where it is not one of JSON.
func decode(written []byte) (w word, ok bool) {
	w.written = string(written)
	if w.text = w.written; isPlain(written) {
		return w, true
	}
	return w, json.Unmarshal([]byte(`"`+w.written+`"`), &w.text) == nil
}

// idsAtOnce is how many bytes of strings that one line has are kept together: few
// enough not to matter where one of them outlives the others.
const idsAtOnce = 4 << 10

// own gives a string that one line has.
func (t *texts) own(b []byte) string {
	if len(b) > idsAtOnce/16 {
		return string(b)
	}
	if t.ids.Cap()-t.ids.Len() < len(b) {
		t.ids.Reset() // leaves those there to whoever has them
		t.ids.Grow(idsAtOnce)
	}
	start := t.ids.Len()
	t.ids.Write(b) // within its capacity, so that it stays where it is
	return t.ids.String()[start:]
}
