package main

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
)

// enter keeps other runs away from the account and opens the data files, beside a
// sign-in where that is wanted.
func (t *run) enter(ctx context.Context, signIn bool) (err error) {
	if t.lock, err = lockAccount(t.cfg); err != nil {
		return err
	}
	if signIn {
		t.signIn = job.BeginSignIn(ctx, t.cfg)
	}
	if err = t.open(ctx); err != nil {
		t.leave()
	}
	return err
}

// leave lets others in.
func (t *run) leave() {
	t.signIn.End()
	_ = t.lock.Release() // the end of the process does the same
}

// open reads what the data files have, or their copies.
func (t *run) open(ctx context.Context) error {
	j, again, err := t.in.open(ctx, t.watch)
	if err != nil {
		return err
	}
	t.again, t.options.Rescue = again, again
	if t.choose != nil {
		if t.plan, err = t.choose(j); err != nil {
			_ = j.Close() // nothing was written
			return err
		}
	}
	t.job = j
	if t.sends {
		boundMemory(j.Messages())
	} else {
		roomFor(j.Messages())
	}
	return nil
}

// close ends the work with the data files, or with a rescue folder: what was written
// there is written.
func (t *run) close() {
	defer t.leave()
	_ = t.job.Close()
	if t.again != nil {
		_ = t.again.Close()
	}
}

// lockAccount keeps a second run away from the same account.
func lockAccount(cfg imapconn.Config) (*journal.Lock, error) {
	dir, err := dataDir()
	if err != nil {
		return nil, cannotWrite(err)
	}
	l, err := journal.Acquire(filepath.Join(dir, "locks"), accountName(cfg))
	var locked *journal.LockedError
	if err != nil && !errors.As(err, &locked) {
		return nil, cannotWrite(err)
	}
	return l, err
}
