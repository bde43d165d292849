package memserver

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

const delim = '/'

// account is the user's mail with what the memory backend does not keep: the special use of mailboxes.
type account struct {
	user *imapmemserver.User

	mu        sync.Mutex
	mailboxes map[string]*mailbox
}

type mailbox struct {
	use        []imap.MailboxAttr
	subscribed bool
}

func newAccount(user, pass string) (*account, error) {
	a := &account{user: imapmemserver.NewUser(user, pass), mailboxes: map[string]*mailbox{}}
	for _, m := range []struct {
		name string
		use  []imap.MailboxAttr
	}{
		{"INBOX", nil},
		{"Sent", []imap.MailboxAttr{imap.MailboxAttrSent}},
		{"Drafts", []imap.MailboxAttr{imap.MailboxAttrDrafts}},
		{"Trash", []imap.MailboxAttr{imap.MailboxAttrTrash}},
		{"Junk", []imap.MailboxAttr{imap.MailboxAttrJunk}},
	} {
		if err := a.create(m.name, &imap.CreateOptions{SpecialUse: m.use}); err != nil {
			return nil, err
		}
		if err := a.subscribe(m.name, true); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (a *account) create(name string, options *imap.CreateOptions) error {
	name = strings.TrimRight(name, string(delim))
	if err := a.user.Create(name, options); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mailboxes[name] = &mailbox{use: options.SpecialUse}
	return nil
}

func (a *account) subscribe(name string, on bool) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	m := a.mailboxes[name]
	if m == nil {
		return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeNonExistent, Text: "No such mailbox"}
	}
	m.subscribed = on
	return nil
}

// list returns the matching mailboxes in order.
func (a *account) list(ref string, patterns []string, options *imap.ListOptions) []imap.ListData {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []imap.ListData
	for name, m := range a.mailboxes {
		matches := func(pattern string) bool { return imapserver.MatchList(name, delim, ref, pattern) }
		if !slices.ContainsFunc(patterns, matches) || options.SelectSubscribed && !m.subscribed ||
			options.SelectSpecialUse && len(m.use) == 0 {
			continue
		}
		data := imap.ListData{Mailbox: name, Delim: delim, Attrs: slices.Clone(m.use)}
		if m.subscribed && (options.ReturnSubscribed || options.SelectSubscribed) {
			data.Attrs = append(data.Attrs, imap.MailboxAttrSubscribed)
		}
		out = append(out, data)
	}
	slices.SortFunc(out, func(a, b imap.ListData) int { return strings.Compare(a.Mailbox, b.Mailbox) })
	return out
}

// session adds to the memory backend's session what account keeps. The account is known after signing in; nothing but [session.Login] and
// [session.Close] is called before.
type session struct {
	*imapmemserver.UserSession
	server  *Server
	account *account
}

// Close implements imapserver.Session.
func (s *session) Close() error {
	if s.UserSession == nil {
		return nil
	}
	return s.UserSession.Close()
}

// Login implements imapserver.Session.
func (s *session) Login(username, password string) error {
	a := s.server.account(username)
	if a == nil {
		return imapserver.ErrAuthFailed
	}
	if err := a.user.Login(username, password); err != nil {
		return err
	}
	s.account, s.UserSession = a, imapmemserver.NewUserSession(a.user)
	return nil
}

// Create implements imapserver.Session.
func (s *session) Create(name string, options *imap.CreateOptions) error {
	return s.account.create(name, options)
}

// Delete implements imapserver.Session.
func (s *session) Delete(name string) error {
	if err := s.UserSession.Delete(name); err != nil {
		return err
	}
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	delete(s.account.mailboxes, name)
	return nil
}

// Rename implements imapserver.Session.
func (s *session) Rename(from, to string, options *imap.RenameOptions) error {
	if err := s.UserSession.Rename(from, to, options); err != nil {
		return err
	}
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	s.account.mailboxes[strings.TrimRight(to, string(delim))] = s.account.mailboxes[from]
	delete(s.account.mailboxes, from)
	return nil
}

// Subscribe implements imapserver.Session.
func (s *session) Subscribe(name string) error { return s.account.subscribe(name, true) }

// Unsubscribe implements imapserver.Session.
func (s *session) Unsubscribe(name string) error { return s.account.subscribe(name, false) }

// Append implements imapserver.Session. The memory backend would store what has come of a message whose connection broke; no
// real server does.
func (s *session) Append(name string, r imap.LiteralReader, options *imap.AppendOptions) (*imap.AppendData, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if int64(len(b)) != r.Size() {
		return nil, io.ErrUnexpectedEOF
	}
	return s.UserSession.Append(name, &whole{bytes.NewReader(b)}, options)
}

// whole is a literal that was read.
type whole struct{ *bytes.Reader }

// List implements imapserver.Session.
func (s *session) List(w *imapserver.ListWriter, ref string, patterns []string, options *imap.ListOptions) error {
	if len(patterns) == 0 { // LIST "" "": which delimiter?
		return w.WriteList(&imap.ListData{Attrs: []imap.MailboxAttr{imap.MailboxAttrNoSelect}, Delim: delim})
	}
	for _, data := range s.account.list(ref, patterns, options) {
		if options.ReturnStatus != nil {
			status, err := s.Status(data.Mailbox, options.ReturnStatus)
			if err != nil {
				return err
			}
			data.Status = status
		}
		if err := w.WriteList(&data); err != nil {
			return err
		}
	}
	return nil
}
