package imapconn

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Facts are what a server tells of itself when it is asked before anything is sent.
type Facts struct {
	TLS         *TLSInfo // nil: plain text
	Quota       []Quota
	AppendLimit int64           // largest message in bytes; 0: not told
	RoundTrips  []time.Duration // of some commands that do nothing, shortest first
	Download    float64         // bytes per second; 0: not measured for lack of mail

	// Storable are the flags that FlagsOf, a mailbox, stores; FlagsOf is empty when
	// no mailbox could be asked without changing anything.
	FlagsOf  string
	Storable []string
}

// Probe is [Dial] with questions on the way. They are asked line by line and not
// through the library, which some of the answers would end, and they change
// nothing on the server.
func Probe(ctx context.Context, cfg Config) (*Conn, *Facts, error) {
	var f *Facts
	s, err := dialAnd(ctx, cfg, func(s *signIn) (err error) {
		f, err = s.facts()
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return newConn(s), f, nil
}

// facts asks everything. An error means that the connection is gone; what the
// server refuses stays unknown.
func (s *signIn) facts() (f *Facts, err error) {
	f = &Facts{TLS: s.tlsInfo()}
	if f.Quota, err = s.quota(); err != nil {
		return nil, err
	}
	if f.AppendLimit, err = s.appendLimit(); err != nil {
		return nil, err
	}
	if f.FlagsOf, f.Storable, err = s.storable(); err != nil {
		return nil, err
	}
	if f.RoundTrips, err = s.roundTrips(); err != nil {
		return nil, err
	}
	f.Download, err = s.download(f.RoundTrips[len(f.RoundTrips)/2])
	return f, err
}

// maxAsked bounds in how many mailboxes storable looks.
const maxAsked = 5

// storable finds out which flags can be stored. Only SELECT tells; servers answer
// EXAMINE with none, as they should for what cannot be changed. SELECT takes
// \Recent from new messages (RFC 3501 6.3.1), so a mailbox without any is asked,
// the inbox if possible, and never closed by CLOSE, which would expunge.
func (s *signIn) storable() (mailbox string, flags []string, err error) {
	names, err := s.names()
	if err != nil {
		return "", nil, err
	}
	for _, name := range names {
		if s.caps.Has("IMAP4REV1") || !s.caps.Has("IMAP4REV2") { // rev2 alone has no \Recent
			status, err := s.status(name, "RECENT")
			if err != nil {
				return "", nil, err
			}
			if n, told := status["RECENT"]; !told || n > 0 {
				continue
			}
		}
		flags, told, err := s.permanentFlags(name)
		if err != nil || told {
			return name, flags, err
		}
	}
	return "", nil, nil
}

// names are mailboxes to ask: the inbox, then others whose names need no encoding.
func (s *signIn) names() ([]string, error) {
	names := []string{"INBOX"}
	_, err := s.query(`LIST "" "*"`, func(r response) {
		name, _, ok := parseList(r, "LIST")
		values, err := parseValues(r.rest)
		if !ok || err != nil || len(names) == maxAsked || name != values[2].text || slices.Contains(names, name) {
			return
		}
		for _, attr := range values[0].list {
			if a := strings.ToLower(attr.text); a == `\noselect` || a == `\nonexistent` {
				return
			}
		}
		names = append(names, name)
	})
	return names, err
}

// permanentFlags selects a mailbox and leaves it again.
func (s *signIn) permanentFlags(mailbox string) (flags []string, told bool, err error) {
	name, ok := quote(mailbox)
	if !ok {
		return nil, false, nil
	}
	r, err := s.query("SELECT "+name, func(r response) {
		if r.code == "PERMANENTFLAGS" {
			told, flags = true, strings.Fields(strings.Trim(r.args, "()"))
		}
	})
	if err != nil || r.kind != "OK" {
		return nil, false, err
	}
	if s.caps.Has("UNSELECT") {
		_, err = s.command("UNSELECT")
	}
	return flags, told, err
}
