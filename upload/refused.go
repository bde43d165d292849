package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/report"
)

// failed decides what an append that did not succeed means: a refusal is the
// failure of this item, everything else ends the run.
func (u *uploader) failed(ctx context.Context, it *job.Item, err error) error {
	var refused *imapconn.AppendError
	var command *imapconn.CommandError
	switch {
	case errors.As(err, &refused):
		if refused.Code == "OVERQUOTA" {
			u.result.OverQuota = true
			return u.reject(ctx, it, "over quota", "the mailbox is full: "+refused.Text, refused.Closed)
		}
		return u.reject(ctx, it, "refused by the server", "the server refuses the message: "+refused.Text, refused.Closed)
	case errors.As(err, &command):
		return u.reject(ctx, it, "refused by the server", fmt.Sprintf("the server refuses the folder: %s", command.Text), false)
	case errors.Is(err, imapconn.ErrInvalidMessage):
		return u.reject(ctx, it, "not convertible", err.Error(), false)
	}
	return err
}

// reject counts the item, keeps a copy of the message and goes on, with a new
// connection where the refusal ended the old one.
func (u *uploader) reject(ctx context.Context, it *job.Item, category, reason string, closed bool) error {
	if u.opt.Rescue != "" {
		path, err := u.rescue(it)
		if err != nil {
			return err
		}
		reason += "; a copy is in " + path
	}
	u.count(it.Ref, it, report.Failed, category, reason)
	if closed {
		return u.job.Reconnect(ctx)
	}
	return nil
}

func (u *uploader) rescue(it *job.Item) (string, error) {
	if err := os.MkdirAll(u.opt.Rescue, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(u.opt.Rescue, it.ItemID+".eml")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, u.spool.Reader())
	return path, errors.Join(err, f.Close())
}
