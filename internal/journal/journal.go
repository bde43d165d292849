// Package journal keeps the record of one job: which items were appended where.
// It is a file of JSON lines that is only ever appended to. The truth about
// what is on the server is the server; the journal serves resuming, support and
// undoing. A last line that is cut off, by a crash or a full disk, is normal.
package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
)

// Entry is one appended message.
type Entry struct {
	Item        string `json:"item"` // item id
	Node        uint32 `json:"node"` // in the data file
	Mailbox     string `json:"mailbox"`
	UIDValidity uint32 `json:"uidvalidity,omitempty"`
	UID         uint32 `json:"uid,omitempty"` // 0 when the server does not tell
	Size        int64  `json:"size"`
	SHA256      string `json:"sha256"` // of the uploaded bytes
}

// fileName is the journal in the job folder.
const fileName = "journal.jsonl"

// syncEvery is how many entries may be lost by a power cut. They cost nothing
// but a look at the server.
const syncEvery = 64

// Journal is open for appending.
type Journal struct {
	dir   string
	file  *os.File
	dirty int
}

// Open opens or creates the journal in dir, which is made when it is not there.
// Whoever writes must hold the lock of the account, see [Acquire].
func Open(dir string) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, fileName), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err == nil {
		err = endLine(f)
	}
	if err != nil {
		return nil, err
	}
	return &Journal{dir: dir, file: f}, nil
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

// Append writes an entry.
func (j *Journal) Append(e Entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return err
	}
	if j.dirty++; j.dirty >= syncEvery {
		j.dirty = 0
		return j.file.Sync()
	}
	return nil
}

// Dir is the job folder.
func (j *Journal) Dir() string { return j.dir }

// Close writes out what is pending.
func (j *Journal) Close() error {
	return errors.Join(j.file.Sync(), j.file.Close())
}

// Read gives the entries of the journal in dir, none when there is no journal.
// Lines that are not whole are left out and counted.
func Read(dir string) (entries []Entry, torn int, err error) {
	f, err := os.Open(filepath.Join(dir, fileName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(make([]byte, 64<<10), 1<<20)
	for sc.Scan() {
		var e Entry
		if json.Unmarshal(sc.Bytes(), &e) != nil || e.Item == "" {
			torn++
			continue
		}
		entries = append(entries, e)
	}
	return entries, torn, sc.Err()
}
