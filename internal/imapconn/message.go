package imapconn

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
)

// Message is a message to append.
type Message struct {
	Flags []string      // of \Seen \Answered \Flagged \Draft and keywords; never \Deleted or \Recent
	Date  time.Time     // becomes the INTERNALDATE, in whole seconds; zero: the server's clock
	Size  int64         // of Body, in bytes
	Body  io.ReadSeeker // read from the start; lines end in CRLF and there is no NUL
}

// systemFlags are the flags with a backslash that may be set, by lower-case name (RFC 9051 2.3.2).
var systemFlags = map[string]string{
	`\seen`: `\Seen`, `\answered`: `\Answered`, `\flagged`: `\Flagged`, `\draft`: `\Draft`,
}

// checkFlags returns the flags as they go onto the wire, system flags in their usual spelling. Anything else than a
// system flag of the list or an atom (RFC 9051 section 9) is refused: a server that rejects an APPEND for its flags may take the
// message body for commands.
func checkFlags(flags []string) ([]string, error) {
	var out []string
	for _, flag := range flags {
		name, ok := systemFlags[strings.ToLower(flag)]
		if !ok && isKeyword(flag) {
			name, ok = flag, true
		}
		if !ok {
			return nil, fmt.Errorf("%w: flag %q is neither a system flag that can be set nor a keyword", ErrInvalidMessage, flag)
		}
		out = append(out, name)
	}
	return out, nil
}

// isKeyword reports whether s is an atom: printable ASCII without ( ) { % * " \ ] and blank.
func isKeyword(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' || strings.IndexByte(`(){%*"\]`, s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}

// checkDate returns the date as it goes onto the wire: in UTC, whole seconds and a year of four digits (RFC 9051 date-time).
func checkDate(date time.Time) (time.Time, error) {
	if date.IsZero() {
		return time.Time{}, nil
	}
	date = date.UTC().Truncate(time.Second)
	if date.Year() < 1 || date.Year() > 9999 {
		return time.Time{}, fmt.Errorf("%w: date %v is out of range", ErrInvalidMessage, date)
	}
	return date, nil
}

// checkBody reads the body once, leaves it at its start again and refuses what a server would refuse or rewrite.
func checkBody(m Message) error {
	if m.Size <= 0 {
		return fmt.Errorf("%w: it is empty", ErrInvalidMessage) // a literal of size zero cancels the APPEND (RFC 3502)
	}
	if _, err := m.Body.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("rewind message: %w", err)
	}
	var check lineCheck
	n, err := io.Copy(&check, m.Body)
	if err != nil {
		return fmt.Errorf("read message: %w", err)
	}
	if err := check.end(); err != nil {
		return err
	}
	if n != m.Size {
		return fmt.Errorf("%w: it has %d bytes instead of %d", ErrInvalidMessage, n, m.Size)
	}
	if _, err := m.Body.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("rewind message: %w", err)
	}
	return nil
}

// copyTo writes the body, from its start and Size bytes of it.
func (m *Message) copyTo(o *outbox) (int64, error) {
	whole, ok := m.Body.(io.WriterTo)
	if !ok {
		return io.CopyN(o, m.Body, m.Size)
	}
	first := &firstBytes{o, m.Size}
	_, err := whole.WriteTo(first)
	return m.Size - first.left, err
}

// firstBytes is a writer of so many bytes.
type firstBytes struct {
	w    io.Writer
	left int64
}

// Write implements io.Writer.
func (f *firstBytes) Write(p []byte) (int, error) {
	n, err := f.w.Write(p[:min(int64(len(p)), f.left)])
	f.left -= int64(n)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return n, err
}

// lineCheck is a writer that finds NUL and line ends other than CRLF.
type lineCheck struct {
	offset int64
	cr     bool // the last byte was a CR
}

// checkPiece is how much is looked at together: it stays in the processor's nearest cache from one look to the next.
const checkPiece = 16 << 10

// Write implements io.Writer.
func (c *lineCheck) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := min(len(rest), checkPiece)
		if n < len(rest) && rest[n-1] == '\r' {
			n++ // the two bytes of a line end are best seen together
		}
		if err := c.piece(rest[:n]); err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	return len(p), nil
}

// piece looks at the next bytes.
func (c *lineCheck) piece(p []byte) error {
	if i := bytes.IndexByte(p, 0); i >= 0 {
		return c.bad("NUL", i)
	}
	if c.cr && p[0] == '\n' && allCRLF(p[1:]) || !c.cr && allCRLF(p) {
		c.cr = false
		c.offset += int64(len(p))
		return nil
	}
	for i := 0; i < len(p); {
		if c.cr {
			if p[i] != '\n' {
				return c.bad("CR without LF", i-1)
			}
			c.cr = false
			i++
			continue
		}
		k := bytes.IndexByte(p[i:], '\n')
		line := p[i:]
		if k >= 0 {
			line = p[i : i+k]
		}
		j := bytes.IndexByte(line, '\r')
		switch {
		case j >= 0:
			c.cr = true
			i += j + 1
		case k >= 0:
			return c.bad("LF without CR", i+k)
		default:
			i = len(p)
		}
	}
	c.offset += int64(len(p))
	return nil
}

// allCRLF tells whether p ends no line but by CRLF and has no other CR, as nearly every piece of a message: there are as many LF
// and as many CR as pairs of both.
func allCRLF(p []byte) bool {
	lines := bytes.Count(p, lf)
	if lines != bytes.Count(p, cr) {
		return false
	}
	length := 2 // of the last line: the next one mostly has the same
	for at := 0; lines > 0; lines-- {
		end := at + length - 1
		if end >= len(p) || p[end] != '\n' {
			i := bytes.IndexByte(p[at:], '\n')
			if i < 0 {
				return false // too long a guess has passed over a line
			}
			end = at + i
			length = max(i+1, 2)
		}
		if end == at || p[end-1] != '\r' {
			return false
		}
		at = end + 1
	}
	return true
}

var cr, lf = []byte{'\r'}, []byte{'\n'}

func (c *lineCheck) end() error {
	if c.cr {
		return c.bad("CR without LF", -1)
	}
	return nil
}

func (c *lineCheck) bad(what string, i int) error {
	return fmt.Errorf("%w: %s at byte %d", ErrInvalidMessage, what, c.offset+int64(i))
}
