package rescue

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Fault is a line of the index that could not be understood.
type Fault struct {
	Line int
	Err  error
}

// Faults are those of the index.
func (f *Folder) Faults() []Fault { return f.faults }

// Bounds of what the index may say.
const (
	maxLine   = 1 << 20   // bytes of a line
	maxLines  = 1_000_000 // of the index
	maxSize   = 1<<32 - 1 // bytes of a message: RFC 9051 9, number
	maxName   = 4096      // bytes of a mailbox name
	maxLevels = 500       // of a path
	maxFlags  = 1000
)

// readIndex takes the lines of the index.
func (f *Folder) readIndex() error {
	r, err := f.regular(IndexName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer r.Close()
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, maxLine)
	n := 0
	for sc.Scan() {
		if n++; n > maxLines {
			return fmt.Errorf("%s: more than %d lines", filepath.Join(f.dir, IndexName), maxLines)
		}
		e, err := parse(sc.Bytes())
		if err != nil {
			f.faults = append(f.faults, Fault{n, err})
			f.foreign = append(f.foreign, bytes.Clone(sc.Bytes()))
			continue
		}
		f.put(*e)
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("%s: line %d: %w", filepath.Join(f.dir, IndexName), n+1, err)
	}
	return nil
}

func (f *Folder) writeIndex(w io.Writer, entries []Entry) error {
	b := bufio.NewWriter(w)
	enc := json.NewEncoder(b)
	for i := range entries {
		if err := enc.Encode(&entries[i]); err != nil {
			return err
		}
	}
	for _, line := range f.foreign {
		if _, err := b.Write(append(bytes.Clone(line), '\n')); err != nil {
			return err
		}
	}
	return b.Flush()
}

// parse reads a line and refuses what no entry of ours says.
func parse(line []byte) (*Entry, error) {
	e := new(Entry)
	if err := json.Unmarshal(line, e); err != nil {
		return nil, errors.New("it is not whole")
	}
	switch {
	case !plainName(e.File):
		return nil, fmt.Errorf("%q is no name of a message in this folder", e.File)
	case !isItem(e.Item):
		return nil, fmt.Errorf("%q is no identity of an item", e.Item)
	case !isHex(e.SHA256, 2*sha256.Size):
		return nil, fmt.Errorf("%q is no SHA-256", e.SHA256)
	case e.Body != "" && !isHex(e.Body, 2*sha256.Size):
		return nil, fmt.Errorf("%q is no SHA-256", e.Body)
	case e.Size <= 0 || e.Size > maxSize:
		return nil, fmt.Errorf("no message has %d bytes", e.Size)
	case e.Mailbox == "" || len(e.Mailbox) > maxName || !utf8.ValidString(e.Mailbox) || strings.ContainsAny(e.Mailbox, "\x00\r\n"):
		return nil, fmt.Errorf("%.100q is no name of a mailbox", e.Mailbox)
	case len(e.Folder) > maxLevels || len(e.Flags) > maxFlags:
		return nil, fmt.Errorf("%d levels of folders and %d flags are too many", len(e.Folder), len(e.Flags))
	}
	return e, nil
}

// isItem tells whether s has the form of an item id.
func isItem(s string) bool {
	digits, ok := strings.CutPrefix(s, "1-")
	return ok && isHex(digits, 32)
}

// isHex tells whether s has so many hexadecimal digits, as this program writes them.
func isHex(s string, digits int) bool {
	return len(s) == digits && strings.Trim(s, "0123456789abcdef") == ""
}

// plainName tells whether a name is that of a message directly in the folder, on
// every system.
func plainName(name string) bool {
	return len(name) <= 255 && len(name) > len(".eml") && strings.HasSuffix(name, ".eml") &&
		!strings.HasPrefix(name, ".") && !strings.ContainsAny(name, `/\:`) && filepath.IsLocal(name)
}
