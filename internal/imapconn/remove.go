package imapconn

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// ErrOthersDeleted says that messages cannot be removed without others: the server can only remove all that are marked for
// deletion (no UIDPLUS, RFC 4315), and somebody has marked others.
var ErrOthersDeleted = errors.New("other messages in this mailbox are marked for deletion, and the server can only remove all of them")

// Remove removes messages of the selected mailbox by UID, and no others (RFC 9051 6.4.9). The mailbox must have been selected
// with [Conn.Select].
func (c *Conn) Remove(ctx context.Context, uids []uint32) error {
	if !c.selected {
		return errors.New("remove messages: no mailbox is selected")
	}
	plus := c.caps.Has("UIDPLUS")
	if !plus {
		if err := c.onlyOurs(ctx, uids); err != nil {
			return err
		}
	}
	for _, set := range batches(uids) {
		err := c.do(ctx, "remove messages", func() error {
			mark := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
			if err := c.client.Store(set, mark, nil).Close(); err != nil || !plus {
				return err
			}
			return c.client.UIDExpunge(set).Close()
		})
		if err != nil {
			return err
		}
	}
	if plus {
		return nil
	}
	return c.do(ctx, "remove messages", func() error { return c.client.Expunge().Close() })
}

// onlyOurs fails when messages other than the given ones are marked for deletion.
func (c *Conn) onlyOurs(ctx context.Context, uids []uint32) error {
	return c.do(ctx, "search deleted messages", func() error {
		data, err := c.client.UIDSearch(&imap.SearchCriteria{Flag: []imap.Flag{imap.FlagDeleted}}, nil).Wait()
		if err != nil {
			return err
		}
		for _, uid := range data.AllUIDs() {
			if !slices.Contains(uids, uint32(uid)) {
				return &callerError{ErrOthersDeleted}
			}
		}
		return nil
	})
}

// DeleteMailbox removes a mailbox and its subscription (RFC 9051 6.3.5). Whether it is empty is the caller's business.
func (c *Conn) DeleteMailbox(ctx context.Context, name string) error {
	op := fmt.Sprintf("delete %q", name)
	if err := checkName(name); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return c.do(ctx, op, func() error {
		if err := c.client.Delete(name).Wait(); err != nil {
			return err
		}
		_ = c.client.Unsubscribe(name).Wait() // a subscription to nothing does no harm
		return nil
	})
}
