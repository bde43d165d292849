package journal

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf8"
)

// A job of a million messages has millions of lines of few kinds. What is here
// reads those as this program writes them, many times as fast as the JSON decoder,
// which gets every line that looks in any way different.

// interner keeps one copy of strings that many lines have.
type interner map[string]string

func (in interner) get(b []byte) string {
	if s, ok := in[string(b)]; ok {
		return s
	}
	s := string(b)
	in[s] = s
	return s
}

var (
	knownHead = []byte(`{"op":"known","known":`)
	entryHead = []byte(`{"item":"`)

	intentHead   = []byte(`{"op":"intent","n":`)
	intentGoesOn = []byte(`,"intent":{`)
	settledHead  = []byte(`{"op":"settled","n":`)
	twoEnds      = []byte("}}")
	oneEnd       = []byte("}")
)

// takeIntent takes a line about an intent. It does nothing and is false for any
// other, and for those that look in any way different.
func (p *Past) takeIntent(b []byte) bool {
	if rest, ok := bytes.CutPrefix(b, intentHead); ok {
		n, rest, ok := natural(rest)
		if !ok || n == 0 || n > math.MaxInt32 || !bytes.HasPrefix(rest, intentGoesOn) || !bytes.HasSuffix(rest, twoEnds) {
			return false
		}
		p.intend(int(n), b)
		return true
	}
	if rest, ok := bytes.CutPrefix(b, settledHead); ok {
		n, rest, ok := natural(rest)
		if !ok || n > math.MaxInt32 || !bytes.Equal(rest, oneEnd) {
			return false
		}
		p.settle(int(n), false)
		return true
	}
	return false
}

// takeUsual adds a line of a usual kind. It does nothing and is false for any other.
func (p *Past) takeUsual(b []byte, in interner) bool {
	if rest, ok := bytes.CutPrefix(b, knownHead); ok {
		object, ok := bytes.CutSuffix(rest, []byte("}"))
		var k Known
		if !ok || !k.parse(object, in) {
			return false
		}
		p.Known = append(p.Known, k)
		return true
	}
	if !bytes.HasPrefix(b, entryHead) {
		return false
	}
	var e Entry
	if !e.parse(b, in) || e.Item == "" {
		return false
	}
	p.Entries = append(p.Entries, e)
	return true
}

func (k *Known) parse(b []byte, in interner) bool {
	return members(b, func(key, text []byte, n uint64, isText bool) bool {
		switch {
		case isText && string(key) == "store":
			k.Store = in.get(text)
		case isText && string(key) == "item":
			k.Item = string(text)
		case !isText && string(key) == "node" && uint64(uint32(n)) == n:
			k.Node = uint32(n)
		case !isText && string(key) == "stamp":
			k.Stamp = n
		default:
			return false
		}
		return true
	})
}

func (e *Entry) parse(b []byte, in interner) bool {
	return members(b, func(key, text []byte, n uint64, isText bool) bool {
		if isText {
			return e.setText(key, text, in)
		}
		return e.setNumber(key, n)
	})
}

func (e *Entry) setText(key, text []byte, in interner) bool {
	switch string(key) {
	case "item":
		e.Item = string(text)
	case "store":
		e.Store = in.get(text)
	case "mailbox":
		e.Mailbox = in.get(text)
	case "sha256":
		// Nobody here needs it, and it is a fifth of what a journal takes in memory.
	case "flags":
		e.Flags = in.get(text)
	default:
		return false
	}
	return true
}

func (e *Entry) setNumber(key []byte, n uint64) bool {
	small := uint64(uint32(n)) == n
	switch {
	case string(key) == "node" && small:
		e.Node = uint32(n)
	case string(key) == "uidvalidity" && small:
		e.UIDValidity = uint32(n)
	case string(key) == "uid" && small:
		e.UID = uint32(n)
	case string(key) == "size" && int64(n) >= 0:
		e.Size = int64(n)
	case string(key) == "stamp":
		e.Stamp = n
	case string(key) == "date" && int64(n) >= 0:
		e.Date = int64(n)
	default:
		return false
	}
	return true
}

// members calls fn for each member of a JSON object that has only plain strings
// and natural numbers. It is false for any other object, and when fn is.
func members(b []byte, fn func(key, text []byte, n uint64, isText bool) bool) bool {
	if len(b) < 2 || b[0] != '{' {
		return false
	}
	for b = b[1:]; ; b = b[1:] {
		key, rest, ok := plain(b)
		if !ok || len(rest) < 2 || rest[0] != ':' {
			return false
		}
		var text []byte
		var n uint64
		isText := rest[1] == '"'
		if isText {
			text, b, ok = plain(rest[1:])
		} else {
			n, b, ok = natural(rest[1:])
		}
		if !ok || !fn(key, text, n, isText) || len(b) == 0 {
			return false
		}
		if b[0] == '}' {
			return len(b) == 1
		}
		if b[0] != ',' {
			return false
		}
	}
}

// plain reads a string without escapes.
func plain(b []byte) (text, rest []byte, ok bool) {
	if len(b) == 0 || b[0] != '"' {
		return nil, nil, false
	}
	n := bytes.IndexByte(b[1:], '"')
	if n < 0 {
		return nil, nil, false
	}
	text = b[1 : n+1]
	ascii := true
	for _, c := range text {
		if c < ' ' || c == '\\' {
			return nil, nil, false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return text, b[n+2:], ascii || utf8.Valid(text)
}

// natural reads a number without sign, fraction and exponent.
func natural(b []byte) (n uint64, rest []byte, ok bool) {
	i := 0
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	if i > 1 && b[0] == '0' {
		return 0, nil, false
	}
	n, err := strconv.ParseUint(string(b[:i]), 10, 64)
	return n, b[i:], err == nil
}
