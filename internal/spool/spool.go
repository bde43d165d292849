// Package spool holds one converted message until it has been sent: in memory
// while it is small, in a temporary file beyond that. The file is gone after
// Close and after the end of the process, even if that was killed.
package spool

import (
	"bytes"
	"io"
	"os"
)

// DefaultMemory is how many bytes a spool keeps in memory when Memory is 0:
// more than nineteen mails in twenty have.
const DefaultMemory = 1 << 20

// Spool is written once and then read as often as needed. The zero value is ready.
type Spool struct {
	// Memory is the size in bytes from which on a file is used; 0 is DefaultMemory.
	Memory int
	// Dir is where the file goes; empty is the system's folder for such.
	Dir string

	mem  bytes.Buffer
	file *os.File
	size int64
}

// Write appends p.
func (s *Spool) Write(p []byte) (int, error) {
	if s.file == nil && s.mem.Len()+len(p) > s.memory() {
		if err := s.spill(); err != nil {
			return 0, err
		}
	}
	if s.file == nil {
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
	f, err := temporary(s.Dir)
	if err != nil {
		return err
	}
	s.file = f
	_, err = f.Write(s.mem.Bytes())
	s.mem = bytes.Buffer{}
	return err
}

// Size is the number of bytes written.
func (s *Spool) Size() int64 { return s.size }

// Reader reads everything from the start.
func (s *Spool) Reader() io.ReadSeeker {
	if s.file == nil {
		return bytes.NewReader(s.mem.Bytes())
	}
	return io.NewSectionReader(s.file, 0, s.size)
}

// Reset drops the contents, so that the memory can be used again.
func (s *Spool) Reset() error {
	err := s.Close()
	s.mem.Reset()
	s.size = 0
	return err
}

// Close frees the temporary file.
func (s *Spool) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}
