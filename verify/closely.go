package verify

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/spool"
)

// closer is what a close look at a message shows: different names contents that
// differ, other what else does.
type closer struct{ different, other string }

// look is a message whose bytes are not those that were expected.
type look struct {
	n    int // of the item
	copy *claim.Copy
	got  *parts
	err  error // of reading it as mail
}

// lookClosely reads those messages again whose bytes differ, and compares what they
// say with a fresh conversion. On a server that rewrites what it stores that is all
// of them, so they are streamed as before.
func (v *verifier) lookClosely(ctx context.Context, matches []match) error {
	of := map[*claim.Copy]int{}
	var list []*claim.Copy
	for n := range matches {
		m := &matches[n]
		if m.copy == nil {
			continue
		}
		if g, there := v.have(m.copy); there && g.no == "" && v.differs(n, m, &g) {
			of[m.copy] = n
			list = append(list, m.copy)
		}
	}
	v.closer = make(map[int]*closer, len(list))
	if len(list) == 0 {
		return nil
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	looks := make(chan look, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for range cap(looks) {
		all.Go(func() {
			for l := range looks {
				if err := v.judgeLook(l); err != nil {
					stop(err)
				}
			}
		})
	}
	var now look
	err := v.readBack(ctx, list, &reading{
		whole: func(*claim.Copy) bool { return true },
		body: func(r io.Reader) error {
			now = look{}
			now.got, now.err = digest(r)
			return nil
		},
		done: func(c *claim.Copy, _ imapconn.Fetched) error {
			now.n, now.copy = of[c], c
			select {
			case looks <- now:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		},
		refused: func(c *claim.Copy, words string) {
			v.mu.Lock()
			v.closer[of[c]] = &closer{different: "the server does not give the message out: " + words}
			v.mu.Unlock()
		},
	})
	close(looks)
	all.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// judgeLook compares a message with its item. It is called on several cores at once.
func (v *verifier) judgeLook(l look) error {
	want := new(spool.Spool)
	defer want.Close() // a temporary file that was read
	it, err := v.job.Open(v.refs[l.n])
	if err != nil {
		return err
	}
	if _, err := it.Write(want); err != nil {
		return err
	}
	expected, err := digest(want.Reader())
	if err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	c := new(closer)
	if l.err != nil {
		c.different = "the message on the server cannot be read as mail: " + l.err.Error()
	} else {
		c.different, c.other = expected.diff(l.got, l.copy.ID != "")
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.closer[l.n] = c
	return nil
}
