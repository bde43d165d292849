package ndb

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

// Sentinels that callers act on; both come wrapped in an [*Error].
var (
	// ErrNotDataFile says that the bytes are no Outlook data file.
	ErrNotDataFile = errors.New("not an Outlook data file")
	// ErrUnsupported says that the file is an Outlook data file of a format that cannot be read.
	ErrUnsupported = errors.New("this format cannot be read yet")
	// ErrNotFound says that a B-tree has no entry for a key.
	ErrNotFound = errors.New("no such entry")
)

// Error says what is wrong with which structure and where.
type Error struct {
	Structure string // the specification's name, for example "BTPAGE"
	Field     string // the specification's name, or empty
	Offset    int64  // in the file; -1 when there is none
	NID       NID    // node being read, 0 when unknown
	BID       BID    // block being read, 0 when unknown
	Problem   string // what is wrong, in words
	Err       error  // cause, or nil
}

// Error is one line: structure, field, problem, then the place.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Structure)
	if e.Field != "" {
		b.WriteString(" " + e.Field)
	}
	b.WriteString(": " + e.Problem)
	if e.Err != nil {
		if e.Problem != "" {
			b.WriteString(": ")
		}
		b.WriteString(e.Err.Error())
	}
	if place := e.place(); place != "" {
		b.WriteString(" (" + place + ")")
	}
	return b.String()
}

func (e *Error) place() string {
	var parts []string
	if e.NID != 0 {
		parts = append(parts, "node "+e.NID.String())
	}
	if e.BID != 0 {
		parts = append(parts, "block "+e.BID.String())
	}
	if e.Offset >= 0 {
		parts = append(parts, fmt.Sprintf("file offset 0x%x", e.Offset))
	}
	return strings.Join(parts, ", ")
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// AtNode adds the node to the [*Error] in err, if it does not name one yet.
func AtNode(err error, nid NID) error {
	var e *Error
	if err == nil || !errors.As(err, &e) || e.NID != 0 {
		return err
	}
	c := *e
	c.NID = nid
	return &c
}

// Damage is a fault that did not stop reading: a wrong checksum, signature or
// page type, or a structure that had to be left out.
type Damage struct {
	Where string // structure and place
	What  string // what is wrong
	Lost  bool   // something could not be read because of it
}

// maxDamage bounds the list of a file that is damaged throughout; the count goes on.
const maxDamage = 10_000

// DamageLog collects damage, each place once. It is safe for concurrent use.
type DamageLog struct {
	mu   sync.Mutex
	seen map[Damage]struct{}
	list []Damage
	more int
	lost bool // one of more
}

// Add notes a fault.
func (l *DamageLog) Add(d Damage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, dup := l.seen[d]; dup {
		return
	}
	if len(l.list) >= maxDamage {
		l.more++
		l.lost = l.lost || d.Lost
		return
	}
	if l.seen == nil {
		l.seen = make(map[Damage]struct{})
	}
	l.seen[d] = struct{}{}
	l.list = append(l.list, d)
}

// AddLoss notes an error because of which something had to be left out.
func (l *DamageLog) AddLoss(err error) { l.addError(err, true) }

// AddFault notes something wrong that cost nothing.
func (l *DamageLog) AddFault(err error) { l.addError(err, false) }

func (l *DamageLog) addError(err error, lost bool) {
	var e *Error
	if !errors.As(err, &e) {
		l.Add(Damage{"file", err.Error(), lost})
		return
	}
	where, problem := strings.TrimSpace(e.Structure+" "+e.Field), e.Problem
	if place := e.place(); place != "" {
		where += ", " + place
	}
	if e.Err != nil {
		problem = strings.TrimPrefix(problem+": "+e.Err.Error(), ": ")
	}
	l.Add(Damage{where, problem, lost})
}

// List is a copy of what was noted, in the order of discovery.
func (l *DamageLog) List() []Damage {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := append([]Damage(nil), l.list...)
	if l.more > 0 {
		out = append(out, Damage{"file", fmt.Sprintf("%d more faults", l.more), l.lost})
	}
	return out
}
