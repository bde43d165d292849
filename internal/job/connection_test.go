package job_test

import (
	"context"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// A server that is busy is asked again by the same connection. One that is lost is made
// again, also where it went with such an answer: no pause brings it back.
func TestBusyOrLost(t *testing.T) {
	t.Parallel()
	busy := &imapconn.CommandError{Op: "read flags", Status: "NO", Code: "INUSE", Text: "locked"}
	for name, c := range map[string]struct {
		err  error
		anew bool
	}{"busy": {busy, false}, "lost": {&imapconn.ConnectError{Op: "examine", Err: busy}, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := jobtest.Open(t, imaptest.Memory(t), jobtest.File(t, psttest.Folder{Name: "A"}))
			j.SleepFunc = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
			first := j.Conn
			tries := 0
			err := j.Do(t.Context(), func(conn *imapconn.Conn) error {
				if tries++; tries == 1 {
					return c.err
				}
				_, err := conn.Mailboxes(t.Context())
				return err
			})
			if err != nil || tries != 2 || (j.Conn != first) != c.anew {
				t.Errorf("%d tries, another connection: %v, %v", tries, j.Conn != first, err)
			}
		})
	}
}
