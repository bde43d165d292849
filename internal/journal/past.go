package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Entry is one appended message.
type Entry struct {
	Item        string `json:"item,omitempty"`  // item id
	Store       string `json:"store,omitempty"` // record key of the data file, hexadecimal
	Node        uint32 `json:"node,omitempty"`  // in the data file
	Mailbox     string `json:"mailbox,omitempty"`
	UIDValidity uint32 `json:"uidvalidity,omitempty"`
	UID         uint32 `json:"uid,omitempty"` // 0 when the server does not tell
	Size        int64  `json:"size,omitempty"`
	SHA256      string `json:"sha256,omitempty"` // of the message without its X-Pst2imap-Id line; for people: [Read] leaves it out
	Stamp       uint64 `json:"stamp,omitempty"`  // of the item, see Known; 0 when not known
	Flags       string `json:"flags,omitempty"`  // that the item should have, see FlagText
	Date        int64  `json:"date,omitempty"`   // INTERNALDATE, Unix seconds; 0 for none
}

// FlagText is a list of flags as an [Entry] has it: system flags have an asterisk, which
// is in no keyword (RFC 9051 9, atom), in the place of the backslash, which JSON would
// have to escape.
func FlagText(flags []string) string { return strings.ReplaceAll(strings.Join(flags, " "), `\`, "*") }

// FlagList is the other way round.
func FlagList(text string) []string { return strings.Fields(strings.ReplaceAll(text, "*", `\`)) }

// Intent is what is going to be appended to one mailbox.
type Intent struct {
	Mailbox     string    `json:"mailbox"`
	UIDValidity uint32    `json:"uidvalidity"`
	UIDNext     uint32    `json:"uidnext"` // before the first append of the run
	Items       []string  `json:"items"`   // item ids
	Bytes       int64     `json:"bytes"`
	At          time.Time `json:"at"`

	N int `json:"-"` // for Journal.Settle
}

// Known is the identity of an item. It holds as long as the item has the same
// stamp.
type Known struct {
	Store string `json:"store"` // record key of the data file, hexadecimal
	Node  uint32 `json:"node"`
	Stamp uint64 `json:"stamp"`
	Item  string `json:"item"` // item id
}

// About says what the job is: of the last run, where there were several.
type About struct {
	Host  string    `json:"host"`
	Port  int       `json:"port"`
	User  string    `json:"user"`
	Files []string  `json:"files"`
	At    time.Time `json:"at"`
}

// Kinds of lines; that of an [Entry] has none.
const (
	opIntent  = "intent"
	opSettled = "settled"
	opMade    = "made"
	opKnown   = "known"
	opRate    = "rate"
	opAbout   = "about"
	opUndone  = "undone"
)

// line is one line of the file.
type line struct {
	Op string `json:"op,omitempty"`
	Entry
	N              int     `json:"n,omitempty"`
	Lost           bool    `json:"lost,omitempty"`
	Intent         *Intent `json:"intent,omitempty"`
	Known          *Known  `json:"known,omitempty"`
	About          *About  `json:"about,omitempty"`
	BytesPerSecond float64 `json:"bytes_per_second,omitempty"`
}

// Past is what a journal says.
type Past struct {
	About   *About   // nil when the journal does not say
	Entries []Entry  // in the order of writing
	Open    []Intent // whose outcome is not known
	Lost    []Intent // whose outcome was not told by the server, but found out
	Made    []string // mailboxes, in the order of making
	Known   []Known  // identities of items, besides those of Entries that have a stamp; later ones count
	Slowest float64  // bytes per second of the slowest append; 0 when not known
	Torn    int      // lines that are not whole

	entries, known int // lines about items that were passed over

	intents int
	open    map[int][]byte // lines of intents by their number: most are settled before anybody asks what they say
	spare   [][]byte       // memory of lines that were in open
	undone  map[at]bool
}

// at is where a message is, or was.
type at struct {
	mailbox  string
	validity uint32
	uid      uint32
}

// Node names an item of a data file.
type Node struct {
	Store string
	Node  uint32
}

// Read gives what the journal in dir says, nothing when there is no journal.
// Lines that are not whole are left out and counted.
func Read(dir string) (*Past, error) {
	p, _, err := begin(dir, allLines)
	return p, err
}

// lines are some of a journal.
type lines int

const (
	allLines lines = iota
	itemLines
	otherLines
)

// begin reads a journal, or everything but Entries and Known, most of it, which
// items reads then.
func begin(dir string, which lines) (p *Past, items func() error, err error) {
	p = &Past{open: map[int][]byte{}, undone: map[at]bool{}}
	f, err := os.Open(filepath.Join(dir, FileName))
	if errors.Is(err, os.ErrNotExist) {
		return p, func() error { return nil }, nil
	}
	if err != nil {
		return nil, nil, err
	}
	st, err := f.Stat()
	if err == nil {
		err = p.read(f, st.Size(), which)
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	for n := range p.intents + 1 {
		if raw, ok := p.open[n]; ok && p.add(&p.Open, raw) {
			p.Open[len(p.Open)-1].N = n
		}
	}
	if which == allLines {
		p.finish()
		return p, nil, f.Close()
	}
	return p, func() error {
		err := p.read(f, st.Size(), itemLines)
		p.finish()
		return errors.Join(err, f.Close())
	}, nil
}

// finish lets go of what only the reading needs.
func (p *Past) finish() { p.open, p.undone = nil, nil }

const (
	maxLine   = 4 << 20 // length of the longest line in bytes
	entryLine = 300     // length of a usual one about an [Entry]
	knownLine = 150     // and about a [Known]
)

// read takes lines, which are about items if they look as if they were.
func (p *Past) read(f io.ReaderAt, size int64, which lines) error {
	sc := bufio.NewScanner(io.NewSectionReader(f, 0, size))
	sc.Buffer(make([]byte, 64<<10), maxLine)
	var t texts
	left := size
	for sc.Scan() {
		b := sc.Bytes()
		left -= int64(len(b)) + 1
		isEntry, isKnown := bytes.HasPrefix(b, entryHead), bytes.HasPrefix(b, knownHead)
		if which == otherLines && p.pass(isEntry, isKnown) || which == itemLines && !isEntry && !isKnown {
			continue
		}
		if isEntry {
			p.Entries = room(p.Entries, p.entries, left/entryLine)
		} else if isKnown {
			p.Known = room(p.Known, p.known, left/knownLine)
		}
		if p.takeUsual(b, &t) || p.takeIntent(b) {
			continue
		}
		var l line
		if json.Unmarshal(b, &l) != nil || !p.take(&l, b) {
			p.Torn++
		}
	}
	if len(p.undone) > 0 {
		p.Entries = slices.DeleteFunc(p.Entries, func(e Entry) bool { return p.undone[at{e.Mailbox, e.UIDValidity, e.UID}] })
	}
	p.spare = nil
	return sc.Err()
}

// pass counts a line if it is about an item.
func (p *Past) pass(isEntry, isKnown bool) bool {
	if isEntry {
		p.entries++
	} else if isKnown {
		p.known++
	}
	return isEntry || isKnown
}

// room makes room where there is none left. There are count lines of the kind if
// somebody counted them, else about as many to come as would be there if all were as
// long as usual. No count makes it more than twice that.
func room[T any](s []T, count int, usual int64) []T {
	if len(s) < cap(s) {
		return s
	}
	n := int(max(usual, 0)) + 1
	if more := count - len(s); more > 0 {
		n = min(more, 2*n)
	}
	return slices.Grow(s, n)
}

// add adds an intent that was kept as a line to a list.
func (p *Past) add(to *[]Intent, raw []byte) bool {
	var l line
	if json.Unmarshal(raw, &l) != nil || l.Intent == nil {
		p.Torn++
		return false
	}
	*to = append(*to, *l.Intent)
	return true
}

// take adds a line, which it also gets as it is written; false means that it makes
// no sense.
func (p *Past) take(l *line, raw []byte) bool {
	switch {
	case l.Op == opIntent && l.Intent != nil && l.N > 0:
		p.intend(l.N, raw)
	case l.Op == opSettled:
		p.settle(l.N, l.Lost)
	case l.Op == opMade && l.Mailbox != "":
		if !slices.Contains(p.Made, l.Mailbox) {
			p.Made = append(p.Made, l.Mailbox)
		}
	case l.Op == opKnown && l.Known != nil:
		p.Known = append(p.Known, *l.Known)
	case l.Op == opRate:
		if p.Slowest == 0 || l.BytesPerSecond < p.Slowest {
			p.Slowest = l.BytesPerSecond
		}
	case l.Op == opAbout && l.About != nil:
		p.About = l.About
	case l.Op == opUndone && l.UID != 0:
		p.undone[at{l.Mailbox, l.UIDValidity, l.UID}] = true
	case l.Op == "" && l.Item != "":
		l.SHA256 = ""
		p.Entries = append(p.Entries, l.Entry)
	default:
		return false
	}
	return true
}

// The memory of lines about intents is used again. No more is kept than several
// connections need, and none that is large: the next line may be a short one.
const (
	mostSpare  = 64
	largeSpare = 64 << 10
)

func (p *Past) intend(n int, raw []byte) {
	var b []byte
	if last := len(p.spare) - 1; last >= 0 {
		b, p.spare = p.spare[last], p.spare[:last]
	}
	p.open[n] = append(b, raw...)
	p.intents = max(p.intents, n)
}

func (p *Past) settle(n int, lost bool) {
	raw, ok := p.open[n]
	if !ok {
		return
	}
	if lost {
		p.add(&p.Lost, raw)
	}
	delete(p.open, n)
	if cap(raw) <= largeSpare && len(p.spare) < mostSpare {
		p.spare = append(p.spare, raw[:0])
	}
}
