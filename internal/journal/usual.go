package journal

import (
	"bytes"
	"math"
)

// A job of a million messages has millions of lines of few kinds. What is here
// reads those as this program writes them, many times as fast as the JSON decoder,
// which gets every line that looks in any way different.

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
func (p *Past) takeUsual(b []byte, t *texts) bool {
	if rest, ok := bytes.CutPrefix(b, entryHead); ok {
		var e Entry
		if ok = e.parse(rest, t); ok {
			p.Entries = append(p.Entries, e)
		}
		return ok
	}
	if rest, ok := bytes.CutPrefix(b, knownHead); ok {
		var k Known
		if ok = k.parse(rest, t); ok {
			p.Known = append(p.Known, k)
		}
		return ok
	}
	return false
}

// parse reads what follows entryHead. The functions that it calls leave nothing
// after what they do not expect, so that only the end has to be looked at.
func (e *Entry) parse(b []byte, t *texts) bool {
	item, b := plain(b)
	if rest, ok := after(b, `,"store":"`); ok {
		e.Store, b = t.store.get(rest, t)
	}
	if rest, ok := after(b, `,"node":`); ok {
		e.Node, b = small(rest)
	}
	if rest, ok := after(b, `,"mailbox":"`); ok {
		e.Mailbox, b = t.mailbox.get(rest, t)
	}
	if rest, ok := after(b, `,"uidvalidity":`); ok {
		e.UIDValidity, b = small(rest)
	}
	if rest, ok := after(b, `,"uid":`); ok {
		e.UID, b = small(rest)
	}
	if rest, ok := after(b, `,"size":`); ok {
		e.Size, b = signed(rest)
	}
	if rest, ok := after(b, `,"sha256":"`); ok {
		_, b = plain(rest) // nobody here needs it, and it is a fifth of what a journal takes in memory
	}
	if rest, ok := after(b, `,"stamp":`); ok {
		e.Stamp, b, _ = natural(rest)
	}
	if rest, ok := after(b, `,"flags":"`); ok {
		e.Flags, b = t.flags.get(rest, t)
	}
	if rest, ok := after(b, `,"date":`); ok {
		e.Date, b = signed(rest)
	}
	if string(b) != "}" || len(item) == 0 {
		return false
	}
	e.Item = t.own(item)
	return true
}

// parse reads what follows knownHead, as that of an [Entry] does.
func (k *Known) parse(b []byte, t *texts) bool {
	rest, ok := after(b, `{"store":"`)
	if !ok {
		return false
	}
	k.Store, b = t.store.get(rest, t)
	if rest, ok = after(b, `,"node":`); !ok {
		return false
	}
	k.Node, b = small(rest)
	if rest, ok = after(b, `,"stamp":`); !ok {
		return false
	}
	k.Stamp, b, _ = natural(rest)
	if rest, ok = after(b, `,"item":"`); !ok {
		return false
	}
	item, b := plain(rest)
	if string(b) != "}}" {
		return false
	}
	k.Item = t.own(item)
	return true
}
