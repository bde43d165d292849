// Package spool holds one converted message until it has been sent: in memory
// while it is small, in a file beyond that. The file is gone after Close, unless it
// was handed over; a temporary one also after the end of the process, even if that
// was killed.
package spool

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
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
	// Memory is the size in bytes from which on a file is used; 0 is DefaultMemory.
	Memory int
	// Place is where the file goes; nil is the system's folder for such.
	Place Place

	mem  *bytes.Buffer // nil before the first byte and once there is a file
	file *os.File
	size int64
}

// buffers are those of closed spools: most of the messages of a data file go
// through a few of them.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Write appends p.
func (s *Spool) Write(p []byte) (int, error) {
	if s.file == nil && s.size+int64(len(p)) > int64(s.memory()) {
		if err := s.spill(); err != nil {
			return 0, err
		}
	}
	if s.file == nil {
		if s.mem == nil {
			s.mem = buffers.Get().(*bytes.Buffer)
		}
		s.size += int64(len(p))
		return s.mem.Write(p)
	}
	n, err := s.file.Write(p)
	s.size += int64(n)
	return n, err
}

func (s *Spool) memory() int {
	if s.Memory > 0 {
		return s.Memory
	}
	return DefaultMemory
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
	_, err = f.Write(s.bytes())
	s.release()
	return err
}

// bytes are what is in memory.
func (s *Spool) bytes() []byte {
	if s.mem == nil {
		return nil
	}
	return s.mem.Bytes()
}

// release gives the memory to the next spool.
func (s *Spool) release() {
	if s.mem == nil {
		return
	}
	s.mem.Reset()
	buffers.Put(s.mem)
	s.mem = nil
}

// Size is the number of bytes written. It stays when the spool is closed.
func (s *Spool) Size() int64 { return s.size }

// Reader reads everything from the start. It must not be used after Close,
// Reset or HandOver.
func (s *Spool) Reader() io.ReadSeeker {
	if s.file == nil {
		return bytes.NewReader(s.bytes())
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
	return err
}

// Close frees the file and gives the memory back.
func (s *Spool) Close() error {
	s.release()
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
