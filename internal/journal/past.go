package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
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
	SHA256      string `json:"sha256,omitempty"` // of the message without its X-Pst2imap-Id line
}

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
	Known   map[Node]Known
	Slowest float64 // bytes per second of the slowest append; 0 when not known
	Torn    int     // lines that are not whole

	intents int
	open    map[int]Intent
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
	p := &Past{Known: map[Node]Known{}, open: map[int]Intent{}, undone: map[at]bool{}}
	f, err := os.Open(filepath.Join(dir, FileName))
	if errors.Is(err, os.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil {
		const each = 512 // bytes of the lines about a message
		n := int(st.Size() / each)
		p.Known, p.Entries = make(map[Node]Known, n), make([]Entry, 0, n)
	}
	if err := p.read(f); err != nil {
		return nil, err
	}
	p.Entries = slices.DeleteFunc(p.Entries, func(e Entry) bool { return p.undone[at{e.Mailbox, e.UIDValidity, e.UID}] })
	for n := range p.intents + 1 {
		if in, ok := p.open[n]; ok {
			in.N = n
			p.Open = append(p.Open, in)
		}
	}
	return p, nil
}

// maxLine is the length of the longest line in bytes.
const maxLine = 4 << 20

func (p *Past) read(r io.Reader) error {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 64<<10), maxLine)
	in := interner{}
	for sc.Scan() {
		if p.takeUsual(sc.Bytes(), in) {
			continue
		}
		var l line
		if json.Unmarshal(sc.Bytes(), &l) != nil || !p.take(&l) {
			p.Torn++
		}
	}
	return sc.Err()
}

// take adds a line; false means that it makes no sense.
func (p *Past) take(l *line) bool {
	switch {
	case l.Op == opIntent && l.Intent != nil && l.N > 0:
		p.open[l.N] = *l.Intent
		p.intents = max(p.intents, l.N)
	case l.Op == opSettled:
		if in, ok := p.open[l.N]; ok && l.Lost {
			p.Lost = append(p.Lost, in)
		}
		delete(p.open, l.N)
	case l.Op == opMade && l.Mailbox != "":
		if !slices.Contains(p.Made, l.Mailbox) {
			p.Made = append(p.Made, l.Mailbox)
		}
	case l.Op == opKnown && l.Known != nil:
		p.Known[Node{l.Known.Store, l.Known.Node}] = *l.Known
	case l.Op == opRate:
		if p.Slowest == 0 || l.BytesPerSecond < p.Slowest {
			p.Slowest = l.BytesPerSecond
		}
	case l.Op == opAbout && l.About != nil:
		p.About = l.About
	case l.Op == opUndone && l.UID != 0:
		p.undone[at{l.Mailbox, l.UIDValidity, l.UID}] = true
	case l.Op == "" && l.Item != "":
		p.Entries = append(p.Entries, l.Entry)
	default:
		return false
	}
	return true
}
