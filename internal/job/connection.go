package job

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// Connect signs in to the server.
func (j *Job) Connect(ctx context.Context, c imapconn.Config) error { return j.ConnectBy(ctx, c, nil) }

// ConnectBy is Connect by a sign-in with the same configuration that began before; nil is none.
func (j *Job) ConnectBy(ctx context.Context, c imapconn.Config, by *SignIn) error {
	j.server = c
	if by == nil {
		return j.dial(ctx)
	}
	conn, err := by.take()
	return j.connected(conn, err)
}

// dial is Connect to the same server again. Others may ask for [Job.Server]
// meanwhile.
func (j *Job) dial(ctx context.Context) error { return j.connected(imapconn.Dial(ctx, j.server)) }

func (j *Job) connected(conn *imapconn.Conn, err error) error {
	if err == nil {
		j.Conn, j.resting = conn, false
	}
	return err
}

// SignIn is a sign-in beside other work: it takes several round trips.
type SignIn struct {
	done  chan struct{}
	conn  *imapconn.Conn
	err   error
	taken bool
}

// BeginSignIn begins to sign in. The caller ends it in any case.
func BeginSignIn(ctx context.Context, c imapconn.Config) *SignIn {
	s := &SignIn{done: make(chan struct{})}
	go func() {
		defer close(s.done)
		s.conn, s.err = imapconn.Dial(ctx, c)
	}()
	return s
}

func (s *SignIn) take() (*imapconn.Conn, error) {
	<-s.done
	s.taken = true
	return s.conn, s.err
}

// End closes the connection if nobody has taken it. It works for nil too.
func (s *SignIn) End() {
	if s == nil || s.taken {
		return
	}
	go func() { // whoever ends a sign-in has no time for it
		if <-s.done; s.err == nil {
			_ = s.conn.Close() // nothing was said
		}
	}()
}

// Rest ends the connection until [Job.Do] needs one.
func (j *Job) Rest(ctx context.Context) {
	if !j.resting {
		j.resting = true
		_ = j.Conn.Logout(ctx) // it is closed in any case
	}
}

// Server is how to sign in.
func (j *Job) Server() imapconn.Config { return j.server }

// Do runs fn with the job's connection. Where the connection is lost it signs in
// again and runs fn from its start, which must do no harm; where the server says
// that it is busy, it waits and does the same.
func (j *Job) Do(ctx context.Context, fn func(*imapconn.Conn) error) error {
	p := j.Patience()
	if j.resting {
		if err := p.Insist(ctx, func() error { return j.dial(ctx) }); err != nil {
			return err
		}
	}
	for refusals := 0; ; {
		err := fn(j.Conn)
		if d, again := busy(err, refusals); again {
			refusals++
			j.Note(event.Info, fmt.Sprintf("the server asks for a pause of %v: %v", d.Round(time.Second), err))
			if err := j.Sleep(ctx, Jitter(d)); err != nil {
				return err
			}
			continue
		}
		if !Lost(err) {
			return err
		}
		if err := p.Wait(ctx, err); err != nil {
			return err
		}
		err = p.Insist(ctx, func() error {
			_ = j.Conn.Close() // it is gone already
			return j.dial(ctx)
		})
		if err != nil {
			return err
		}
	}
}

// Lost tells whether an error means that the connection is gone.
func Lost(err error) bool {
	var lost *imapconn.ConnectError
	return errors.As(err, &lost)
}

// Refused tells whether the server answered a command with NO or BAD.
func Refused(err error) bool {
	_, ok := asCommandError(err)
	return ok
}

// Bounds of trying again. A laptop that slept, a router that restarts and a
// server that is being updated are back well within patience.
const (
	firstWait = 500 * time.Millisecond
	lastWait  = time.Minute
	patience  = 20 * time.Minute
)

// Patience decides how long to go on trying while a connection fails. It starts
// afresh with [Patience.Success].
type Patience struct {
	job   *Job
	wait  time.Duration // before the next try
	spent time.Duration
	told  bool
}

// Patience is a new one.
func (j *Job) Patience() *Patience { return &Patience{job: j} }

// Success forgets the failures so far.
func (p *Patience) Success() {
	if p.told {
		p.job.Note(event.Info, "connected again")
	}
	*p = Patience{job: p.job}
}

// Wait waits before the next try after err, longer each time. It gives err back
// when there is no point in trying again or no patience left.
func (p *Patience) Wait(ctx context.Context, err error) error {
	if !passing(err) || p.spent >= patience {
		return err
	}
	p.wait = min(max(2*p.wait, firstWait), lastWait)
	if p.wait > 2*time.Second && !p.told {
		p.told = true
		p.job.Note(event.Warning, fmt.Sprintf("no connection (%v); trying again for up to %v", err, patience))
	}
	p.spent += p.wait
	return p.job.Sleep(ctx, Jitter(p.wait))
}

// Insist calls dial until it succeeds or patience ends.
func (p *Patience) Insist(ctx context.Context, dial func() error) error {
	for {
		err := dial()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return err
		}
		if err := p.Wait(ctx, err); err != nil {
			return err
		}
	}
}

// passing tells whether what failed may work in a while. A certificate that is
// not to be trusted and a wrong password stay what they are.
func passing(err error) bool {
	var auth *imapconn.AuthError
	var tls *imapconn.TLSError
	switch {
	case errors.As(err, &auth):
		return auth.Temporary()
	case errors.As(err, &tls):
		return tls.Reason == imapconn.TLSOther
	}
	return Lost(err)
}

// Jitter spreads a wait over up to a quarter more, so that several connections
// do not come back at the same moment.
func Jitter(d time.Duration) time.Duration {
	return d + time.Duration(rand.Int64N(int64(d)/4+1)) //nolint:gosec // no secret depends on it
}

// Sleep waits, or ends with ctx. Tests replace it by [Job.SleepFunc].
func (j *Job) Sleep(ctx context.Context, d time.Duration) error {
	if j.SleepFunc != nil {
		return j.SleepFunc(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
