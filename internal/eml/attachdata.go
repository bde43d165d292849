package eml

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

const (
	maxSpool      = 1 << 20  // data up to this size is kept after the first reading
	maxSpoolTotal = 16 << 20 // of one item, with everything attached to it
)

// keeper keeps what is written to it unless that is more than limit.
type keeper struct {
	limit int64
	full  bool
	*bytes.Buffer
}

// Write never fails.
func (k *keeper) Write(p []byte) (int, error) {
	if k.full = k.full || int64(k.Len()+len(p)) > k.limit; k.full {
		k.Reset()
		return len(p), nil
	}
	return k.Buffer.Write(p)
}

// scanData reads the data once (A13).
func (it *item) scanData(a *attachment) {
	k := &keeper{limit: min(maxSpool, it.run.spoolLeft), Buffer: new(bytes.Buffer)}
	r, size, err := a.Open(mapi.AttachData)
	if err == nil {
		if k.full = size > k.limit; !k.full {
			k.Buffer = newBuffer(size)
		}
		a.data, err = scanReader(r, k)
		a.data.expected = size
	}
	if err == nil && a.data.size != size {
		err = io.ErrUnexpectedEOF
	}
	if k.full {
		freeBuffer(k.Buffer)
	} else {
		a.spool = k.Bytes()
		it.run.buffers = append(it.run.buffers, k.Buffer)
		it.run.spoolLeft -= int64(k.Len())
	}
	switch {
	case err == nil:
	case errors.Is(err, mapi.ErrNoProperty):
		a.missing = true
		it.run.warn("A13", "attachment %d has no data", a.index)
	case a.data.size == 0:
		a.missing = true
		it.run.warn("A13", "attachment %d: no data can be read: %v", a.index, err)
	default:
		a.data.truncated = true
		it.run.warn("A13", "attachment %d: %d of %d bytes could be read: %v", a.index, a.data.size, size, err)
	}
}

// kept tells whether the data is in memory.
func (a *attachment) kept() bool { return int64(len(a.spool)) == a.data.size }

// open starts reading the data again.
func (a *attachment) open() (io.Reader, error) {
	if a.kept() {
		return bytes.NewReader(a.spool), nil
	}
	r, _, err := a.Open(mapi.AttachData)
	if err != nil {
		return nil, fmt.Errorf("attachment %d: %w", a.index, err)
	}
	return r, nil
}

// write copies the data; it fails when it is not what it was before.
func (a *attachment) write(w io.Writer) error { return a.writeFrom(w, 0) }

// writeFrom is write without the first bytes.
func (a *attachment) writeFrom(w io.Writer, start int64) error {
	if a.missing || a.data.size == 0 {
		return nil
	}
	if a.kept() {
		_, err := w.Write(a.spool[start:])
		return err
	}
	r, _, err := a.Open(mapi.AttachData)
	if err != nil {
		return fmt.Errorf("attachment %d: %w", a.index, err)
	}
	again := &rereader{w: w, start: start, end: a.data.size}
	_, err = io.Copy(again, r)
	switch {
	case again.err != nil:
		err = again.err
	case again.at == again.end: // what is behind it could not be read before either
		err = nil
	case err == nil:
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("attachment %d: %w", a.index, err)
	}
	if again.check != a.data.check {
		return fmt.Errorf("attachment %d: %w", a.index, errChanged)
	}
	return nil
}

// rereader passes on a part of what is written to it and computes a checksum of
// all up to the end of that part.
type rereader struct {
	w          io.Writer
	start, end int64
	at         int64
	check      uint32
	err        error // of w
}

func (r *rereader) Write(p []byte) (int, error) {
	size := len(p)
	p = p[:min(int64(len(p)), r.end-r.at)]
	r.check = crc32.Update(r.check, castagnoli, p)
	skip := min(max(r.start-r.at, 0), int64(len(p)))
	r.at += int64(len(p))
	if p = p[skip:]; len(p) > 0 {
		_, r.err = r.w.Write(p)
	}
	return size, r.err
}

var errChanged = errors.New("the data changed while it was read")

// section is a part of the data; reading ends where it ends.
func (a *attachment) section(start, n int64) (io.Reader, error) {
	r, err := a.open()
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, r, start); err != nil {
		return nil, fmt.Errorf("attachment %d: %w", a.index, err)
	}
	return io.LimitReader(r, n), nil
}

// first are the first bytes of the data, at most n.
func (a *attachment) first(n int64) ([]byte, error) {
	r, err := a.section(0, min(n, a.data.size))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// copySection writes a part of the data.
func (a *attachment) copySection(w io.Writer, start, n int64) error {
	r, err := a.section(start, n)
	if err == nil {
		_, err = io.CopyN(w, r, n)
	}
	if err != nil {
		return fmt.Errorf("attachment %d: %w", a.index, err)
	}
	return nil
}
