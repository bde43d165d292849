package verify

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// MemoryName is the file of a [Memory] in the job folder.
const MemoryName = "verified.jsonl"

// memoryVersion changes when the sums of a file mean something else.
const memoryVersion = 2

// memoryAge is how old a verification may be that is gone on with.
const memoryAge = 7 * 24 * time.Hour

// Memory keeps the sums of what was read back on disk, so that a verification that
// was cut off goes on where it stopped. That is sound because a message cannot change
// under its UID while UIDVALIDITY stays the same (RFC 9051 2.3.1.1); flags and dates,
// what is there and the data files are looked at anew in any case. It is for one run at
// a time.
type Memory struct {
	file    *os.File
	w       *bufio.Writer
	since   time.Time
	known   map[string]*readBefore // by mailbox
	place   place                  // of the last lines written
	flushed time.Time
	failed  error // of writing, which ends it
}

// place is a mailbox in one numbering, and with sums of one kind.
type place struct {
	Mailbox     string `json:"mailbox"`
	UIDValidity uint32 `json:"uidvalidity"`
	Sums        string `json:"sums"` // their name
}

// readBefore is what is known of one mailbox.
type readBefore struct {
	place
	messages map[uint32]remembered // by UID
}

type remembered struct {
	sum  [32]byte
	size int64
}

// memoryLine is a line of the file: the first says whose it is, then each place is
// followed by its messages.
type memoryLine struct {
	Version int       `json:"verify,omitempty"`
	Account string    `json:"account,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	Place   *place    `json:"place,omitempty"`
	UID     uint32    `json:"uid,omitempty"`
	Size    int64     `json:"size,omitempty"`
	Sum     string    `json:"sum,omitempty"` // hexadecimal
}

// OpenMemory opens the memory in dir, or begins one: where there is none that is
// whole, young enough and of the same account, or where fresh asks for it.
func OpenMemory(dir, account string, fresh bool) (*Memory, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, MemoryName)
	m := &Memory{known: map[string]*readBefore{}}
	if fresh || !m.load(path, account) {
		m.known, m.since = map[string]*readBefore{}, time.Now().UTC().Truncate(time.Second)
		err := m.create(path, account)
		return m, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	m.file, m.w = f, bufio.NewWriter(f)
	_, err = m.w.WriteString("\n") // the last line may have been cut off
	return m, err
}

func (m *Memory) create(path, account string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	m.file, m.w = f, bufio.NewWriter(f)
	return m.write(&memoryLine{Version: memoryVersion, Account: account, Since: m.since})
}

// load reads what was kept. Lines that are not whole are left out.
func (m *Memory) load(path, account string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	var head memoryLine
	if !sc.Scan() || json.Unmarshal(sc.Bytes(), &head) != nil ||
		head.Version != memoryVersion || head.Account != account || time.Since(head.Since) > memoryAge || time.Since(head.Since) < 0 {
		return false
	}
	m.since = head.Since
	var now *readBefore
	for sc.Scan() {
		var l memoryLine
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			now = nil // another run begins
			continue
		}
		if json.Unmarshal(sc.Bytes(), &l) != nil {
			continue
		}
		if l.Place != nil {
			now = m.at(*l.Place)
			continue
		}
		sum, err := hex.DecodeString(l.Sum)
		if now != nil && err == nil && len(sum) == 32 && l.UID != 0 && l.Size >= 0 {
			now.messages[l.UID] = remembered{[32]byte(sum), l.Size}
		}
	}
	return sc.Err() == nil
}

// at is what is known of a mailbox, which is nothing any more when it is numbered or summed anew.
func (m *Memory) at(p place) *readBefore {
	b := m.known[p.Mailbox]
	if b == nil || b.place != p {
		b = &readBefore{place: p, messages: map[uint32]remembered{}}
		m.known[p.Mailbox] = b
	}
	return b
}

// recall is what an earlier run has read of a message. m may be nil.
func (m *Memory) recall(p place, uid uint32) (r remembered, ok bool) {
	if m == nil || p.UIDValidity == 0 {
		return r, false
	}
	if b := m.known[p.Mailbox]; b != nil && b.place == p {
		r, ok = b.messages[uid]
	}
	return r, ok
}

// note writes down what was read of a message. A verification is none the worse where
// that cannot be done. m may be nil.
func (m *Memory) note(p place, uid uint32, r remembered) {
	if m == nil || m.failed != nil || p.UIDValidity == 0 {
		return
	}
	if p != m.place {
		m.failed = m.write(&memoryLine{Place: &p})
		m.place = p
	}
	m.failed = errors.Join(m.failed, m.write(&memoryLine{UID: uid, Size: r.size, Sum: hex.EncodeToString(r.sum[:])}))
	if now := time.Now(); now.Sub(m.flushed) >= time.Second { // so much a crash may cost
		m.flushed = now
		m.failed = errors.Join(m.failed, m.w.Flush())
	}
}

func (m *Memory) write(l *memoryLine) error {
	b, err := json.Marshal(l)
	if err == nil {
		_, err = m.w.Write(append(b, '\n'))
	}
	return err
}

// Close keeps what was read for the next run.
func (m *Memory) Close() error { return errors.Join(m.failed, m.w.Flush(), m.file.Close()) }

// Finish forgets it: the verification is done, and another one begins anew.
func (m *Memory) Finish() error {
	err := m.file.Close()
	if removed := os.Remove(m.file.Name()); removed != nil && !errors.Is(removed, fs.ErrNotExist) {
		err = errors.Join(err, fmt.Errorf("end verification: %w", removed))
	}
	return err
}
