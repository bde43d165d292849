// Package spool holds one converted message until it has been sent: in memory
// while it is small, in a file beyond that. The file is gone after Close, unless it
// was handed over; a temporary one also after the end of the process, even if that
// was killed.
package spool

import (
	"errors"
	"io"
	"os"

	"github.com/pst2imap/pst2imap/internal/crlf"
)

// DefaultMemory is how many bytes a spool keeps in memory when Memory is 0:
// more than nineteen mails in twenty have.
const DefaultMemory = 1 << 20

// Place is where the file of a message goes that memory is not used for.
type Place interface {
	// Create makes the file, for writing and reading.
	Create() (*os.File, error)
	// Remove removes what Create made. The file is closed.
	Remove() error
}

// Spool is written once and then read as often as needed, until it is closed or
// reset. The zero value is ready.
type Spool struct {
	// Room is the memory that is taken first, while there is some; nil is none.
	Room *Room
	// Memory is how many bytes may be in memory besides; 0 is DefaultMemory. A message that needs more goes to a file.
	Memory int
	// Place is where the file goes; nil is the system's folder for such.
	Place Place

	// CheckLines has the line ends looked at while they are written, which costs less than to read them again: see
	// [Reader.Lines]. It is set before the first byte.
	CheckLines bool

	mem     memory // empty before the first byte and once there is a file
	file    *os.File
	size    int64
	check   crlf.Check // of what is in memory
	checked int64      // bytes
	bad     error      // what was found
}

// Write appends p.
func (s *Spool) Write(p []byte) (int, error) {
	if s.file == nil && !s.fits(s.size+int64(len(p))) {
		if err := s.spill(); err != nil {
			return 0, err
		}
	}
	if s.file == nil {
		if s.CheckLines && s.bad == nil {
			_, s.bad = s.check.Write(p)
			s.checked += int64(len(p))
		}
		s.mem.write(p)
		s.size += int64(len(p))
		return len(p), nil
	}
	n, err := s.file.Write(p)
	s.size += int64(n)
	return n, err
}

// Replace writes p in place of the first bytes. Their line ends have to be the same.
func (s *Spool) Replace(p []byte) error {
	if int64(len(p)) > s.size {
		return errors.New("replace more than was written to a spool")
	}
	if s.file != nil {
		_, err := s.file.WriteAt(p, 0)
		return err
	}
	s.mem.replace(p)
	return nil
}

// fits tells whether there is memory for so many bytes.
func (s *Spool) fits(size int64) bool {
	most := s.Memory
	if most <= 0 {
		most = DefaultMemory
	}
	return s.mem.room(s.Room, size, int64(most))
}

// spill moves what is in memory to a file.
func (s *Spool) spill() error {
	if s.Place == nil {
		s.Place = temporary{}
	}
	f, err := s.Place.Create()
	if err != nil {
		return err
	}
	s.file = f
	_, err = (&Reader{s: s}).WriteTo(f)
	s.mem.release(s.Room)
	return err
}

// Size is the number of bytes written. It stays when the spool is closed.
func (s *Spool) Size() int64 { return s.size }

// Reader reads everything from the start: a [*Reader] while it is in memory. It must not be used after Close,
// Reset or HandOver.
func (s *Spool) Reader() io.ReadSeeker {
	if s.file == nil {
		return &Reader{s: s}
	}
	return io.NewSectionReader(s.file, 0, s.size)
}

// HandOver closes the file and leaves it in its place, to the caller. ok is
// false when there is none: the message is in memory. An error is one of
// writing, and Close then removes the file.
func (s *Spool) HandOver() (ok bool, err error) {
	if s.file == nil {
		return false, nil
	}
	if err := s.file.Close(); err != nil {
		return true, err
	}
	s.file = nil
	return true, nil
}

// Reset drops the contents, so that the spool can be used again.
func (s *Spool) Reset() error {
	err := s.Close()
	s.size = 0
	s.check, s.checked, s.bad = crlf.Check{}, 0, nil
	return err
}

// Close frees the file and gives the memory back.
func (s *Spool) Close() error {
	s.mem.release(s.Room)
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if errors.Is(err, os.ErrClosed) {
		err = nil
	}
	s.file = nil
	return errors.Join(err, s.Place.Remove())
}

// temporary is a file in the system's folder for such, which the system removes.
type temporary struct{}

// Create makes a file.
func (temporary) Create() (*os.File, error) { return openTemporary("") }

// Remove has nothing to do.
func (temporary) Remove() error { return nil }
