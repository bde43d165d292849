package imapconn

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/crlf"
	"github.com/pst2imap/pst2imap/internal/spool"
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

// checkBody refuses what a server would refuse or rewrite. It reads the body once, unless that is in memory and was checked on
// its way there, and leaves it at its start.
func checkBody(m Message) error {
	if m.Size <= 0 {
		return fmt.Errorf("%w: it is empty", ErrInvalidMessage) // a literal of size zero cancels the APPEND (RFC 3502)
	}
	if _, err := m.Body.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("rewind message: %w", err)
	}
	n, err := linesOf(m.Body)
	if err != nil {
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

// linesOf checks the line ends of a body and gives its size.
func linesOf(body io.Reader) (int64, error) {
	if r, ok := body.(*spool.Reader); ok {
		if n, err := r.Lines(); err == nil {
			return n, nil
		} // what is wrong is found once more
	}
	var check crlf.Check
	n, err := io.Copy(&check, body)
	if err == nil {
		err = check.End()
	}
	var bad *crlf.Error
	switch {
	case errors.As(err, &bad):
		return n, fmt.Errorf("%w: %w", ErrInvalidMessage, bad)
	case err != nil:
		return n, fmt.Errorf("read message: %w", err)
	}
	return n, nil
}

// copyTo writes the body, from its start and Size bytes of it. What is in a spool stays there until the server has answered.
func (m *Message) copyTo(o *outbox) (int64, error) {
	whole, ok := m.Body.(io.WriterTo)
	if !ok {
		return io.CopyN(o, m.Body, m.Size)
	}
	first := &firstBytes{o.Write, m.Size}
	if _, ok := whole.(*spool.Reader); ok {
		first.write = o.keep
	}
	_, err := whole.WriteTo(first)
	return m.Size - first.left, err
}

// firstBytes is a writer of so many bytes.
type firstBytes struct {
	write func([]byte) (int, error)
	left  int64
}

// Write implements io.Writer.
func (f *firstBytes) Write(p []byte) (int, error) {
	n, err := f.write(p[:min(int64(len(p)), f.left)])
	f.left -= int64(n)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return n, err
}
