package imapconn

import (
	"context"
	"errors"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Commands of this file are sent without waiting for the answers to those before: over a long line what counts is how often
// one waits. A server answers them in their order (RFC 9051 5.5).

// mostPipelined bounds what a server has to keep for us: commands of one round.
const mostPipelined = 100

// CreateAll makes mailboxes and subscribes to them, none of which is the parent of another. made is parallel to names: the server
// has refused the others, and [Conn.Create] tells why.
func (c *Conn) CreateAll(ctx context.Context, names []string) (made []bool, err error) {
	made = make([]bool, len(names))
	for from := 0; from < len(names); from += mostPipelined {
		to := min(from+mostPipelined, len(names))
		err := c.do(ctx, "create mailboxes", func() error { return c.createSome(names[from:to], made[from:to]) })
		if err != nil {
			return nil, err
		}
	}
	return made, nil
}

func (c *Conn) createSome(names []string, made []bool) error {
	commands := make([][]*imapclient.Command, len(names))
	for i, name := range names {
		if checkName(name) == nil {
			commands[i] = []*imapclient.Command{c.client.Create(name, nil), c.client.Subscribe(name)}
		}
	}
	for i, both := range commands {
		made[i] = len(both) > 0
		for _, cmd := range both {
			err := cmd.Wait()
			var refused *imap.Error
			if err != nil && !errors.As(err, &refused) {
				return err
			}
			made[i] = made[i] && err == nil
		}
		if made[i] && c.subscribed != nil {
			c.subscribed[canonicalName(names[i])] = true
		}
	}
	return nil
}

// SelectAll is [Conn.Select] for one mailbox after the other. statuses is parallel to names; a mailbox that the server refuses
// has nil. The last one stays selected, or none.
func (c *Conn) SelectAll(ctx context.Context, names []string) (statuses []*Status, err error) {
	statuses = make([]*Status, len(names))
	c.selected = false
	for from := 0; from < len(names); from += mostPipelined {
		to := min(from+mostPipelined, len(names))
		err := c.do(ctx, "select mailboxes", func() error { return c.selectSome(names[from:to], statuses[from:to]) })
		if err != nil {
			return nil, err
		}
	}
	return statuses, nil
}

func (c *Conn) selectSome(names []string, statuses []*Status) error {
	selecting := make([]*imapclient.SelectCommand, len(names))
	for i, name := range names {
		if checkName(name) == nil {
			selecting[i] = c.client.Select(name, nil)
		}
	}
	for i, cmd := range selecting {
		if cmd == nil {
			continue
		}
		data, err := cmd.Wait()
		var no *imap.Error
		switch {
		case err == nil:
			s := statusOf(data)
			statuses[i] = &s
		case !errors.As(err, &no):
			return err
		}
	}
	return nil
}
