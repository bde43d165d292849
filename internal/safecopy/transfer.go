package safecopy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/pst2imap/pst2imap/internal/fsx"
)

const (
	// blockSize is how many bytes are read and written at a time.
	blockSize = 1 << 20
	// syncEvery is how many bytes may wait in memory for the disk.
	syncEvery = 256 << 20
	// headSize is how much of a file is looked at again at the end, more than the
	// largest header has.
	headSize = 4096
)

// MismatchError says that a copy is not what it should be.
type MismatchError struct {
	Path   string
	Offset int64 // first byte that differs or cannot be read, negative when that is not known
	Size   int64 // bytes that are there
	Want   int64 // bytes that should be
	Err    error // why it cannot be read, if that is it
}

// Error is one line.
func (e *MismatchError) Error() string {
	switch {
	case e.Err != nil:
		return fmt.Sprintf("%s: the copy cannot be read at byte %d: %v", e.Path, e.Offset, e.Err)
	case e.Size != e.Want:
		return fmt.Sprintf("%s: the copy has %d bytes instead of %d", e.Path, e.Size, e.Want)
	case e.Offset >= 0:
		return fmt.Sprintf("%s: the copy differs from byte %d on", e.Path, e.Offset)
	}
	return e.Path + ": the copy does not have the SHA-256 that it should have"
}

// Unwrap gives what the system said, if that is it.
func (e *MismatchError) Unwrap() error { return e.Err }

// transfer brings one file to its place.
type transfer struct {
	disk     disk
	from, to string
	file     string // name of from for people
	state    State
	head     []byte // of the file, as it was read
}

// write makes the contents of the copy those of the file. What is there already is
// compared, not trusted. It gives the SHA-256 of what was read.
func (t *transfer) write(ctx context.Context, tell func(int64)) (sum string, err error) {
	src, err := t.disk.source(t.from)
	if err != nil {
		return "", t.sourceError(-1, err)
	}
	defer src.Close()
	dst, err := t.disk.part(t.to)
	if err != nil {
		return "", err
	}
	if sum, err = t.blocks(ctx, src, dst, tell); err == nil {
		err = dst.Truncate(t.state.Size)
	}
	if err == nil {
		err = dst.Sync()
	}
	if closed := dst.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = t.unchanged(src)
	}
	return sum, err
}

// blocks reads the file once and writes what the copy does not have.
func (t *transfer) blocks(ctx context.Context, src io.ReaderAt, dst part, tell func(int64)) (string, error) {
	there, err := dst.Size()
	if err != nil {
		return "", err
	}
	hash, block, old := sha256.New(), make([]byte, blockSize), make([]byte, blockSize)
	unsynced := 0
	for off := int64(0); off < t.state.Size; {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		b := block[:min(blockSize, t.state.Size-off)]
		if err := readFull(src, b, off); err != nil {
			return "", t.sourceError(off, err)
		}
		hash.Write(b)
		if off == 0 {
			t.head = bytes.Clone(b[:min(headSize, len(b))])
		}
		old := old[:len(b)]
		if off+int64(len(b)) > there || readFull(dst, old, off) != nil || !bytes.Equal(b, old) {
			if _, err := dst.WriteAt(b, off); err != nil {
				return "", err
			}
			unsynced += len(b)
		}
		if unsynced >= syncEvery {
			if err := dst.Sync(); err != nil {
				return "", err
			}
			unsynced = 0
		}
		off += int64(len(b))
		tell(off)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// readFull reads all of b.
func readFull(r io.ReaderAt, b []byte, off int64) error {
	n, err := r.ReadAt(b, off)
	switch {
	case n == len(b):
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return err
}

// unchanged makes sure that what was read is one state of the file. Some systems
// note the time of a change late; the header of a data file has counters that each
// change increments ([MS-PST] 2.2.2.6 dwUnique, bidNextP), so it is read again.
func (t *transfer) unchanged(src io.ReaderAt) error {
	now, err := stateOf(t.file, t.from)
	if err != nil {
		return err
	}
	head := make([]byte, len(t.head))
	if err := readFull(src, head, 0); err != nil {
		return t.sourceError(0, err)
	}
	if !now.Same(t.state) || !bytes.Equal(head, t.head) {
		return t.sourceError(-1, ErrChanged)
	}
	return nil
}

// sourceError says what was wrong with the file. One that ends too soon has changed.
func (t *transfer) sourceError(off int64, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		off, err = -1, ErrChanged
	}
	return &SourceError{Path: t.file, Offset: off, Err: bare(err)}
}

// firstDifference finds where file and copy differ, negative when they do not or one
// cannot be read.
func (t *transfer) firstDifference() int64 {
	src, err := t.disk.source(t.from)
	if err != nil {
		return -1
	}
	defer src.Close()
	back, err := t.disk.readBack(t.to)
	if err != nil {
		return -1
	}
	defer back.Close()
	a, b := make([]byte, blockSize), fsx.Block(blockSize)
	for off := int64(0); off < t.state.Size; off += blockSize {
		a := a[:min(blockSize, t.state.Size-off)]
		n, err := fsx.ReadBlock(back, b)
		if err != nil || readFull(src, a, off) != nil {
			return -1
		}
		for i := range a {
			if i >= n || a[i] != b[i] {
				return off + int64(i)
			}
		}
	}
	return -1
}

// verify reads a copy past the cache and compares it with what it should be.
func verify(ctx context.Context, d disk, path string, e Entry, tell func(int64)) error {
	f, err := d.readBack(path)
	if err != nil {
		return err
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return err
	}
	if size != e.Size {
		return &MismatchError{Path: path, Offset: -1, Size: size, Want: e.Size}
	}
	hash, block := sha256.New(), fsx.Block(blockSize)
	for off := int64(0); off < size; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := fsx.ReadBlock(f, block)
		if err != nil {
			return &MismatchError{Path: path, Offset: off, Size: size, Want: e.Size, Err: bare(err)}
		}
		hash.Write(block[:n])
		off += int64(n)
		tell(off)
	}
	if hex.EncodeToString(hash.Sum(nil)) != e.SHA256 {
		return &MismatchError{Path: path, Offset: -1, Size: size, Want: e.Size}
	}
	return nil
}
