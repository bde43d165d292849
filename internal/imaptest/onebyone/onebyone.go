// Package onebyone appends messages as programs do that leave it to the IMAP library: each when the one before it is answered.
// It is what the upload is compared with.
package onebyone

import (
	"errors"
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Message is what is appended.
type Message struct {
	Flags []string
	Date  time.Time
	Body  []byte
}

// Append signs in on a plain connection and appends all messages to a mailbox.
func Append(addr, user, password, mailbox string, all []Message) (err error) {
	c, err := imapclient.DialInsecure(addr, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := c.Login(user, password).Wait(); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	for i, m := range all {
		if err := add(c, mailbox, m); err != nil {
			return fmt.Errorf("append message %d: %w", i, err)
		}
	}
	return c.Logout().Wait()
}

func add(c *imapclient.Client, mailbox string, m Message) error {
	o := &imap.AppendOptions{Time: m.Date}
	for _, f := range m.Flags {
		o.Flags = append(o.Flags, imap.Flag(f))
	}
	cmd := c.Append(mailbox, int64(len(m.Body)), o)
	if _, err := cmd.Write(m.Body); err != nil {
		return err
	}
	if err := cmd.Close(); err != nil {
		return err
	}
	_, err := cmd.Wait()
	return err
}
