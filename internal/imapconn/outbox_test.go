package imapconn_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// recorder is a connection that keeps what is written, and fails behind so many bytes.
type recorder struct {
	net.Conn
	got    bytes.Buffer
	writes []int
	most   int                            // bytes; 0 is no bound
	slow   func(n, size int) (int, error) // what becomes of the nth write; nil is no bound
}

var errFull = errors.New("full")

func (r *recorder) Write(p []byte) (n int, err error) {
	if r.most > 0 && r.got.Len()+len(p) > r.most {
		p, err = p[:r.most-r.got.Len()], errFull
	}
	if r.slow != nil {
		n, err = r.slow(len(r.writes), len(p))
		p = p[:n]
	}
	r.got.Write(p)
	r.writes = append(r.writes, len(p))
	return len(p), err
}

func (r *recorder) SetDeadline(time.Time) error { return nil }
func (r *recorder) Close() error                { return nil }

// Whatever is written comes out, in order, and no write has more than goes under one deadline.
func TestOutboxWritesEverything(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	bytesOf := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.IntN(256))
		}
		return b
	}
	for round := range 200 {
		to := new(recorder)
		o := imapconn.NewOutbox(to, round%2 == 0)
		var want bytes.Buffer
		for range r.IntN(12) {
			sizes := []int{0, 1, r.IntN(100), r.IntN(20_000), 64<<10 - 1, 64 << 10, 64<<10 + 1, r.IntN(300_000), 1<<20 - 1, 1 << 20, 1<<20 + 1}
			b := bytesOf(sizes[r.IntN(len(sizes))])
			want.Write(b)
			var err error
			switch r.IntN(4) {
			case 0:
				_, err = o.WriteString(string(b))
			case 1:
				var n int64
				if n, err = o.ReadFrom(iotest.DataErrReader(bytes.NewReader(b))); n != int64(len(b)) {
					t.Fatalf("%d bytes read of %d", n, len(b))
				}
			default:
				var n int
				p := slices.Clone(b)
				if n, err = o.Write(p); n != len(b) {
					t.Fatalf("%d bytes written of %d", n, len(b))
				}
				clear(p) // nothing of it may be kept
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := o.Flush(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(to.got.Bytes(), want.Bytes()) {
			t.Fatalf("round %d: other bytes came out", round)
		}
		if len(to.writes) > 0 && slices.Max(to.writes) > 1<<20 {
			t.Errorf("a write of %d bytes", slices.Max(to.writes))
		}
	}
}

func TestOutboxFailsForGood(t *testing.T) {
	t.Parallel()
	for _, direct := range []bool{false, true} {
		to := &recorder{most: 100_000}
		o := imapconn.NewOutbox(to, direct)
		if _, err := o.WriteString("head"); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Write(make([]byte, 2<<20)); !errors.Is(err, errFull) {
			t.Fatal(err)
		}
		if _, err := o.Write([]byte("x")); !errors.Is(err, errFull) {
			t.Error(err)
		}
		if _, err := o.WriteString("x"); !errors.Is(err, errFull) {
			t.Error(err)
		}
		if _, err := o.ReadFrom(strings.NewReader("x")); !errors.Is(err, errFull) {
			t.Error(err)
		}
		if err := o.Flush(); !errors.Is(err, errFull) || to.got.Len() != to.most {
			t.Errorf("%d bytes, %v", to.got.Len(), err)
		}
	}
	o := imapconn.NewOutbox(new(recorder), true)
	if _, err := o.ReadFrom(iotest.ErrReader(io.ErrUnexpectedEOF)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	if _, err := o.ReadFrom(nothing{}); !errors.Is(err, io.ErrNoProgress) {
		t.Error(err)
	}
}

// More goes at once while the line is fast, and the little of a slow one as soon as it is not.
func TestWritesGrow(t *testing.T) {
	t.Parallel()
	var at time.Time
	to := &recorder{slow: func(n, size int) (int, error) {
		if at = at.Add(100 * time.Millisecond); n == 6 {
			at = at.Add(time.Millisecond)
		}
		return size, nil
	}}
	o := imapconn.NewOutbox(to, true, func() time.Time { return at })
	if _, err := o.Write(make([]byte, 4<<20)); err != nil {
		t.Fatal(err)
	}
	const kb = 1 << 10
	want := []int{64 * kb, 128 * kb, 256 * kb, 512 * kb, 64 * kb, 1024 * kb, 1024 * kb, 64 * kb, 128 * kb, 256 * kb, 512 * kb, 64 * kb}
	if !slices.Equal(to.writes, want) {
		t.Errorf("%v, want %v", to.writes, want)
	}
}

// A line that carries little is alive as long as it carries that; one that carries less is not.
func TestSlowIsNotDead(t *testing.T) {
	t.Parallel()
	for least, alive := range map[int]bool{64 << 10: true, 64<<10 - 1: false} {
		to := &recorder{slow: func(n, size int) (int, error) {
			if n < 5 { // until it is known to be fast
				return size, nil
			}
			if size > least {
				return least, os.ErrDeadlineExceeded
			}
			return size, nil
		}}
		o := imapconn.NewOutbox(to, true, func() time.Time { return time.Time{} })
		_, err := o.Write(make([]byte, 4<<20))
		if (err == nil) != alive || alive && to.got.Len() != 4<<20 || !alive && !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("with %d bytes at a time %d arrived: %v", least, to.got.Len(), err)
		}
	}
}

type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, nil }
