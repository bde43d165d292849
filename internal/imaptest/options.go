package imaptest

import (
	"slices"
	"testing"
	"time"
)

// Option changes how a server is set up. Options that a server does not know end the test.
type Option func(*setup)

type setup struct {
	format            string // of mailboxes: "", "sdbox" or "maildir"
	prefix, separator string
	extra             []string
	storage, message  string // limits, such as "3M"
	validFor          time.Duration
	hosts             []string
	users             []string
}

// special are the mailboxes that each account starts with, besides INBOX.
var special = []string{"Sent", "Drafts", "Trash", "Junk"}

// newSetup applies the options to what a server does by itself.
func newSetup(opts []Option) *setup {
	s := &setup{separator: "/", validFor: time.Hour, hosts: []string{"localhost", "127.0.0.1"}, users: []string{User}}
	for _, opt := range opts {
		opt(s)
	}
	return s
}

// Maildir makes Dovecot store mail as Maildir instead of mdbox. It refuses some names that mdbox takes.
func Maildir() Option { return func(s *setup) { s.format = "maildir" } }

// Sdbox makes Dovecot store mail with one file for each message.
func Sdbox() Option { return func(s *setup) { s.format = "sdbox" } }

// Namespace sets the prefix of personal mailboxes and the hierarchy delimiter of Dovecot, e.g. "INBOX." and ".". Cyrus has
// the prefix "" or that of INBOX, and the delimiters "/" and ".".
func Namespace(prefix, separator string) Option {
	return func(s *setup) { s.prefix, s.separator = prefix, separator }
}

// Config appends lines to the configuration, dovecot.conf or imapd.conf.
func Config(lines ...string) Option {
	return func(s *setup) { s.extra = append(s.extra, lines...) }
}

// Quota limits storage and the size of one message, e.g. "3M" and "1M"; "" is no limit. Courier does not limit messages.
func Quota(storage, message string) Option {
	return func(s *setup) { s.storage, s.message = storage, message }
}

// Certificate makes the server's certificate valid for the given time and host names.
func Certificate(validFor time.Duration, hosts ...string) Option {
	return func(s *setup) { s.validFor, s.hosts = validFor, hosts }
}

// Users adds accounts besides that of [User], with the same password; see [Server.As].
func Users(names ...string) Option {
	return func(s *setup) { s.users = append(slices.Clip(s.users), names...) }
}

// unless ends the test when an option was given that the server does not have.
func (s *setup) unless(t testing.TB, ok bool, option string) {
	t.Helper()
	if !ok {
		t.Fatalf("this server has no option %s", option)
	}
}
