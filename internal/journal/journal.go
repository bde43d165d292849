// Package journal keeps the record of one job: which items were to be appended
// where, and which were. It is a file of JSON lines that is only ever appended
// to. The truth about what is on the server is the server; the journal serves
// resuming, verifying, reports, support and undoing. A last line that is cut off,
// by a crash or a full disk, is normal.
package journal

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// FileName is the journal in the job folder.
const FileName = "journal.jsonl"

// syncEvery is how much work may be lost by a power cut. It costs nothing but a
// look at the server.
const syncEvery = time.Second

// Journal is open for appending. It is safe for concurrent use.
type Journal struct {
	mu      sync.Mutex
	file    *os.File
	intents int       // made so far
	synced  time.Time // when the last sync began
	syncing sync.WaitGroup
	failed  error // of a sync
}

// Open opens or creates the journal in dir, which is made when it is not there,
// and gives what it says so far. Whoever writes must hold the lock of the
// account, see [Acquire].
func Open(dir string) (*Journal, *Past, error) {
	j, past, items, err := Begin(dir)
	if err != nil {
		return nil, nil, err
	}
	if err := items(); err != nil {
		return nil, nil, errors.Join(err, j.Close())
	}
	return j, past, nil
}

// Begin is [Open] but for what the journal says of single items: Entries and Known
// of the result are there when items, which must be called, has returned. It may be
// called beside anything that does not use them.
func Begin(dir string) (j *Journal, past *Past, items func() error, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, nil, err
	}
	past, items, err = begin(dir, otherLines)
	if err != nil {
		return nil, nil, nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, FileName), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err == nil {
		err = endLine(f)
	}
	if err != nil {
		return nil, nil, nil, errors.Join(err, items())
	}
	return &Journal{file: f, intents: past.intents, synced: time.Now()}, past, items, nil
}

// endLine completes a line that a crash cut off, so that the next entry does
// not become part of it.
func endLine(f *os.File) error {
	st, err := f.Stat()
	if err != nil || st.Size() == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := f.ReadAt(last, st.Size()-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = f.WriteString("\n")
	return err
}

// Append writes down appended messages.
func (j *Journal) Append(entries ...Entry) error {
	lines := make([]line, len(entries))
	for i, e := range entries {
		lines[i].Entry = e
	}
	return j.write(lines...)
}

// Intend writes down that messages are going to be appended, and gives the
// number for [Journal.Settle].
func (j *Journal) Intend(in Intent) (int, error) {
	j.mu.Lock()
	j.intents++
	n := j.intents
	j.mu.Unlock()
	return n, j.write(line{Op: opIntent, N: n, Intent: &in})
}

// Settle writes down that what became of an intent is known.
func (j *Journal) Settle(n int) error { return j.write(line{Op: opSettled, N: n}) }

// SettleLost is [Journal.Settle] where the server never answered and somebody had
// to look: a copy that comes later can only be one of these.
func (j *Journal) SettleLost(n int) error { return j.write(line{Op: opSettled, N: n, Lost: true}) }

// Made writes down that a mailbox was made.
func (j *Journal) Made(mailbox string) error {
	return j.write(line{Op: opMade, Entry: Entry{Mailbox: mailbox}})
}

// Know writes down the identities of items, so that the next run need not
// compute them again.
func (j *Journal) Know(items ...Known) error {
	lines := make([]line, len(items))
	for i := range items {
		lines[i] = line{Op: opKnown, Known: &items[i]}
	}
	return j.write(lines...)
}

// About writes down whose job this is.
func (j *Journal) About(a About) error { return j.write(line{Op: opAbout, About: &a}) }

// Undone writes down that messages were removed again.
func (j *Journal) Undone(mailbox string, uidValidity uint32, uids []uint32) error {
	lines := make([]line, len(uids))
	for i, uid := range uids {
		lines[i] = line{Op: opUndone, Entry: Entry{Mailbox: mailbox, UIDValidity: uidValidity, UID: uid}}
	}
	return j.write(lines...)
}

// Rate writes down how fast the slowest append was, in bytes per second.
func (j *Journal) Rate(bytesPerSecond float64) error {
	return j.write(line{Op: opRate, BytesPerSecond: bytesPerSecond})
}

func (j *Journal) write(lines ...line) error {
	var b []byte
	for i := range lines {
		text, err := json.Marshal(&lines[i])
		if err != nil {
			return err
		}
		b = append(append(b, text...), '\n')
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.file.Write(b); err != nil {
		return err
	}
	if time.Since(j.synced) >= syncEvery {
		j.synced = time.Now()
		j.syncing.Go(j.sync)
	}
	return j.failed
}

// sync makes what was written survive a power cut, beside the writing.
func (j *Journal) sync() {
	if err := j.file.Sync(); err != nil {
		j.mu.Lock()
		j.failed = err
		j.mu.Unlock()
	}
}

// Close writes out what is pending.
func (j *Journal) Close() error {
	j.syncing.Wait()
	return errors.Join(j.failed, j.file.Sync(), j.file.Close())
}
