package upload

import (
	"context"
	"errors"
	"sync"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// single is for servers that allow a user one connection at a time: then the
// job's own connection and that of one lane take turns.
type single struct {
	mu    sync.Mutex
	is    bool
	owner *lane // the only one that may have a connection; nil for none
}

// admits tells whether a lane may try to connect.
func (s *single) admits(l *lane) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.is && s.owner == nil {
		s.owner = l
	}
	return !s.is || s.owner == l
}

func (s *single) found(l *lane) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.is, s.owner = true, l
}

// leave lets another lane be the owner.
func (s *single) leave(l *lane) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owner == l {
		s.owner = nil
	}
}

func (s *single) known() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.is
}

// dial makes the lane's connection.
func (l *lane) dial(ctx context.Context) error {
	if l.u.single.known() {
		l.u.restControl(ctx)
	}
	conn, err := imapconn.DialAppender(context.WithoutCancel(ctx), l.u.job.Server()) // what is under way is finished when the run ends
	if err == nil {
		l.conn, l.up, l.everUp = conn, true, true
		l.u.queue.count(1)
	}
	return err
}

// dialAlone tries whether the server refused a connection because of the job's
// own: that one is ended, and signs in again when it is needed.
func (l *lane) dialAlone(ctx context.Context) error {
	l.u.restControl(ctx)
	err := l.dial(ctx)
	if err == nil {
		l.u.single.found(l)
		l.u.job.Note(event.Info, "the server allows one connection at a time; going on with one, which takes longer")
	}
	return err
}

// signInRefused tells whether there is a server that does not let us in.
func signInRefused(err error) bool {
	var auth *imapconn.AuthError
	var lost *imapconn.ConnectError
	return errors.As(err, &auth) || errors.As(err, &lost) && lost.Reason == imapconn.Bye
}

// restControl ends the job's own connection until it is needed again.
func (u *uploader) restControl(ctx context.Context) {
	u.control.Lock()
	defer u.control.Unlock()
	u.job.Rest(ctx)
}

// makeWay ends the lane's connection where the job's own needs its place. What is
// under way is answered before.
func (l *lane) makeWay() {
	if l.u.single.known() {
		l.hangUp(true)
	}
}

// wakeControl gives the job its own connection back.
func (u *uploader) wakeControl(ctx context.Context) error {
	if !u.single.known() {
		return nil
	}
	return u.onControl(ctx, func(*imapconn.Conn) error { return nil })
}
