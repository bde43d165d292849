package eml

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/pst"
)

// pattern is an endless stream of bytes.
type pattern struct{ n byte }

func (p *pattern) Read(b []byte) (int, error) {
	for i := range b {
		p.n++
		b[i] = p.n
	}
	return len(b), nil
}

// heapMeter measures how much memory is in use while it is written to.
type heapMeter struct {
	size, next int64
	peak       uint64
}

func (h *heapMeter) Write(p []byte) (int, error) {
	h.size += int64(len(p))
	if h.size >= h.next {
		h.next = h.size + 8<<20
		h.peak = max(h.peak, inUse())
	}
	return len(p), nil
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// openFile writes a tree to a file and opens the first item.
func openFile(t *testing.T, m *psttest.Message) *pst.Message {
	t.Helper()
	path := filepath.Join(t.TempDir(), "large.pst")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := psttest.NewWriter(f, psttest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tree := &psttest.Tree{Folders: []psttest.Folder{{Name: "Inbox", Messages: []*psttest.Message{m}}}}
	if err := errors.Join(tree.Write(w), f.Close()); err != nil {
		t.Fatal(err)
	}
	s, err := pst.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return single(t, s)
}

// A large attachment goes through without being held in memory.
func TestLargeAttachmentIsStreamed(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 64 MB")
	}
	const size = 64 << 20
	a := psttest.ByValue("large.bin", "", nil)
	a.Data, a.Source = nil, io.LimitReader(&pattern{}, size)
	m := openFile(t, note().Attach(a))
	before := inUse()
	out := &heapMeter{}
	res, err := Convert(out, m, nil)
	if err != nil || len(res.Warnings) != 0 {
		t.Fatalf("%v, %v", err, res)
	}
	if out.size < size*4/3 || res.Size != out.size {
		t.Errorf("%d octets written, result says %d", out.size, res.Size)
	}
	if grown := int64(out.peak) - int64(before); grown > 8<<20 {
		t.Errorf("%d bytes more in use", grown)
	}
}

// failing is a writer that breaks.
type failing struct{ left int }

var errBroken = errors.New("broken")

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestWriterErrorsAreReturned(t *testing.T) {
	m := openFile(t, note().Attach(psttest.ByValue("a.bin", "", make([]byte, 1<<20))))
	for _, left := range []int{0, 100 << 10, 1 << 20} {
		if res, err := Convert(&failing{left}, m, nil); !errors.Is(err, errBroken) || res != nil {
			t.Errorf("after %d octets: %v, %v", left, res, err)
		}
	}
}
