package account_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/pst2imap/pst2imap/internal/account"
	"github.com/pst2imap/pst2imap/internal/account/accounttest"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

const (
	mozilla   = "autoconfig.thunderbird.net"
	anna      = "anna@example.test"
	autoPath  = "/mail/config-v1.1.xml"
	wellKnown = "/.well-known/autoconfig/mail/config-v1.1.xml"
)

// internet is one in which everything that a test names has the right certificate.
func internet(t *testing.T) *accounttest.Net {
	return accounttest.New(t, "example.test", "*.example.test", "*.hoster.test", "*.evil.test", mozilla, "imap.gmail.com", "outlook.office365.com",
		"w0123456.kasserver.com")
}

// imap puts an IMAP server that offers the capabilities in the place of host.
func imap(t *testing.T, n *accounttest.Net, host string, caps string) {
	f := imaptest.Script(t, "S: * OK [CAPABILITY IMAP4rev1 "+caps+"] "+host+" ready", "C: LOGOUT", "S: * BYE", "S: $ OK")
	n.Protect(host, 993, net.JoinHostPort(f.Host, strconv.Itoa(f.Port)))
}

// file is an autoconfig file with one server.
func file(host string, port int, socket, user string) string {
	return fmt.Sprintf(`<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="x"><domain>example.test</domain>
		<incomingServer type="pop3"><hostname>pop.example.test</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
		<incomingServer type="imap"><hostname>%s</hostname><port>%d</port><socketType>%s</socketType>
		<authentication>password-cleartext</authentication><username>%s</username></incomingServer></emailProvider></clientConfig>`, host, port, socket, user)
}

// site serves texts by path and keeps what it was asked.
type site struct {
	pages map[string]string
	mu    sync.Mutex
	asked []string
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.URL.String())
	s.mu.Unlock()
	text, ok := s.pages[r.URL.Path]
	switch to, moved := strings.CutPrefix(text, "to "); {
	case !ok:
		http.NotFound(w, r)
	case moved:
		http.Redirect(w, r, to, http.StatusFound)
	default:
		_, _ = fmt.Fprint(w, text)
	}
}

func discover(t *testing.T, n *accounttest.Net, address string, o account.Options) *account.Result {
	t.Helper()
	m := n.Map()
	o.Dialer, o.Resolver, o.RootCAs, o.WebCAs = m.Dial, m.Resolver(), n.Pool, n.Pool
	r, err := account.Discover(context.Background(), address, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// short is what a person needs to know of a candidate.
func short(c *account.Candidate) string {
	if c == nil {
		return "none"
	}
	return fmt.Sprintf("%s:%d %v %v %v", c.Host, c.Port, c.Security, c.Sources, c.Users)
}

func TestDiscover(t *testing.T) {
	tests := []struct {
		name    string
		address string
		options account.Options
		net     func(t *testing.T, n *accounttest.Net)
		want    string // the best
		confirm string // the one that has to be confirmed
	}{
		{name: "a provider of the table", address: "Anna.Muster@GMail.com", net: func(t *testing.T, n *accounttest.Net) {
			imap(t, n, "imap.gmail.com", "AUTH=XOAUTH2 AUTH=PLAIN")
		}, want: "imap.gmail.com:993 implicit [table] [Anna.Muster@GMail.com Anna.Muster]"},
		{name: "its own autoconfig file", net: func(t *testing.T, n *accounttest.Net) {
			n.Web("autoconfig.example.test", &site{pages: map[string]string{autoPath: file("imap.hoster.test", 993, "SSL", "%EMAILLOCALPART%")}})
			imap(t, n, "imap.hoster.test", "AUTH=PLAIN")
			imap(t, n, "imap.example.test", "AUTH=PLAIN") // a guess that is not needed
		}, want: "imap.hoster.test:993 implicit [autoconfig] [anna anna@example.test]"},
		{name: "a file in the well-known place, by a redirect", net: func(t *testing.T, n *accounttest.Net) {
			n.Web("example.test", &site{pages: map[string]string{wellKnown: "to https://www.hoster.test/there"}})
			n.Web("www.hoster.test", &site{pages: map[string]string{"/there": file("imap.%EMAILDOMAIN%", 993, "SSL", "%EMAILADDRESS%")}})
			imap(t, n, "imap.example.test", "AUTH=PLAIN")
		}, want: "imap.example.test:993 implicit [well-known] [anna@example.test anna]"},
		{name: "Mozilla's database", net: func(t *testing.T, n *accounttest.Net) {
			n.Web(mozilla, &site{pages: map[string]string{"/v1.1/example.test": file("imap.hoster.test", 993, "SSL", "%EMAILADDRESS%")}})
			imap(t, n, "imap.hoster.test", "AUTH=PLAIN")
		}, want: "imap.hoster.test:993 implicit [ispdb] [anna@example.test anna]"},
		{name: "Mozilla's database by the receiving server", net: func(t *testing.T, n *accounttest.Net) {
			n.MX("example.test", "mx1.eu.hoster.test")
			n.Web(mozilla, &site{pages: map[string]string{"/v1.1/hoster.test": file("imap.hoster.test", 993, "SSL", "%EMAILADDRESS%")}})
			imap(t, n, "imap.hoster.test", "AUTH=PLAIN")
		}, want: "imap.hoster.test:993 implicit [mx-ispdb] [anna@example.test anna]"},
		{name: "the table by the receiving server, before a web host's file", net: func(t *testing.T, n *accounttest.Net) {
			n.MX("example.test", "example-test.mail.protection.outlook.com")
			n.Web("autoconfig.example.test", &site{pages: map[string]string{autoPath: file("mail.example.test", 993, "SSL", "%EMAILADDRESS%")}})
			imap(t, n, "outlook.office365.com", "AUTH=PLAIN AUTH=XOAUTH2")
			imap(t, n, "mail.example.test", "AUTH=PLAIN")
		}, want: "outlook.office365.com:993 implicit [mx] [anna@example.test anna]"},
		{name: "the receiving server itself", net: func(t *testing.T, n *accounttest.Net) {
			n.MX("example.test", "w0123456.kasserver.com")
			imap(t, n, "w0123456.kasserver.com", "AUTH=PLAIN")
		}, want: "w0123456.kasserver.com:993 implicit [mx] [anna@example.test anna]"},
		{name: "SRV within the domain", net: func(t *testing.T, n *accounttest.Net) {
			n.SRV("_imaps._tcp.example.test", "mailbox.example.test", 993)
			imap(t, n, "mailbox.example.test", "AUTH=PLAIN")
		}, want: "mailbox.example.test:993 implicit [srv] [anna@example.test anna]"},
		{name: "SRV that leads elsewhere", net: func(t *testing.T, n *accounttest.Net) {
			n.SRV("_imaps._tcp.example.test", "imap.evil.test", 993)
			imap(t, n, "imap.evil.test", "AUTH=PLAIN")
		}, want: "none", confirm: "imap.evil.test:993 implicit [srv] [anna@example.test anna]"},
		{name: "SRV that leads elsewhere, as a file over HTTPS says too", net: func(t *testing.T, n *accounttest.Net) {
			n.SRV("_imaps._tcp.example.test", "imap.hoster.test", 993)
			n.Web("example.test", &site{pages: map[string]string{wellKnown: file("imap.hoster.test", 993, "SSL", "%EMAILADDRESS%")}})
			imap(t, n, "imap.hoster.test", "AUTH=PLAIN")
		}, want: "imap.hoster.test:993 implicit [well-known srv] [anna@example.test anna]"},
		{name: "a service that the domain says it has not", net: func(t *testing.T, n *accounttest.Net) {
			n.SRV("_imaps._tcp.example.test", ".", 0)
			imap(t, n, "mail.example.test", "AUTH=PLAIN")
		}, want: "mail.example.test:993 implicit [guess] [anna@example.test anna]"},
		{name: "a guess", net: func(t *testing.T, n *accounttest.Net) {
			imap(t, n, "mail.example.test", "AUTH=PLAIN")
		}, want: "mail.example.test:993 implicit [guess] [anna@example.test anna]"},
		{name: "a file that names a dead server, so that a guess has to help", net: func(t *testing.T, n *accounttest.Net) {
			n.Web("example.test", &site{pages: map[string]string{wellKnown: file("old.example.test", 993, "SSL", "%EMAILADDRESS%")}})
			imap(t, n, "imap.example.test", "AUTH=PLAIN")
		}, want: "imap.example.test:993 implicit [guess] [anna@example.test anna]"},
		{name: "plain text, which is never chosen", net: func(t *testing.T, n *accounttest.Net) {
			n.Web("example.test", &site{pages: map[string]string{wellKnown: file("imap.example.test", 143, "plain", "%EMAILADDRESS%")}})
			f := imaptest.Script(t, "S: * OK [CAPABILITY IMAP4rev1] no TLS here", "eof")
			n.At("imap.example.test", 143, net.JoinHostPort(f.Host, strconv.Itoa(f.Port)))
		}, want: "none"},
		{name: "asking nobody", options: account.Options{NoLookup: true}, net: func(t *testing.T, n *accounttest.Net) {
			n.SRV("_imaps._tcp.example.test", "mailbox.example.test", 993)
			imap(t, n, "mailbox.example.test", "AUTH=PLAIN")
			imap(t, n, "imap.example.test", "AUTH=PLAIN")
		}, want: "imap.example.test:993 implicit [guess] [anna@example.test anna]"},
		{name: "nothing", net: func(*testing.T, *accounttest.Net) {}, want: "none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := internet(t)
			tt.net(t, n)
			if tt.address == "" {
				tt.address = anna
			}
			r := discover(t, n, tt.address, tt.options)
			if got := short(r.Best()); got != tt.want {
				t.Errorf("best is %s, want %s\nattempts %+v\ncandidates %+v", got, tt.want, r.Attempts, r.Candidates)
			}
			if tt.confirm == "" {
				tt.confirm = "none"
			}
			if got := short(r.ToConfirm()); got != tt.confirm {
				t.Errorf("to be confirmed is %s, want %s", got, tt.confirm)
			}
		})
	}
}

// Who learns what: the domain's own server the address, Mozilla the domain, and with the table or NoLookup nobody anything.
func TestPrivacy(t *testing.T) {
	n := internet(t)
	own, db := &site{}, &site{}
	n.Web("autoconfig.example.test", own)
	n.Web(mozilla, db)
	n.MX("example.test", "mx.hoster.test")
	var mu sync.Mutex
	var told []string
	ask := func(a account.Attempt) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, a.Asked)
		if strings.Contains(a.Asked, "anna") {
			t.Errorf("what is shown has the address: %q", a.Asked)
		}
	}
	r := discover(t, n, anna, account.Options{Ask: ask})
	if want := []string{autoPath + "?emailaddress=anna%40example.test"}; !slices.Equal(own.asked, want) {
		t.Errorf("the domain was asked %q", own.asked)
	}
	slices.Sort(db.asked)
	if want := []string{"/v1.1/example.test", "/v1.1/hoster.test"}; !slices.Equal(db.asked, want) {
		t.Errorf("Mozilla was asked %q", db.asked)
	}
	for _, a := range r.Attempts {
		if !slices.Contains(told, a.Asked) {
			t.Errorf("%q was asked without a word", a.Asked)
		}
		if strings.Contains(a.Asked+a.Err, "anna") {
			t.Errorf("the attempt %+v has the address", a)
		}
	}
	before := len(n.Asked())
	discover(t, n, anna, account.Options{NoLookup: true})
	discover(t, n, "anna@gmx.de", account.Options{})
	if len(n.Asked()) != before || len(own.asked) != 1 || len(db.asked) != 2 {
		t.Errorf("asked again: %q, %q, %q", n.Asked()[before:], own.asked, db.asked)
	}
}

// Why a candidate is not taken is told.
func TestCandidateErrors(t *testing.T) {
	n := internet(t)
	n.Web("example.test", &site{pages: map[string]string{wellKnown: `<clientConfig><emailProvider>` +
		server("imap.example.test", 143, "plain") + server("wrong.name.test", 993, "SSL") + server("imap.example.test", 993, "SSL") + `</emailProvider></clientConfig>`}})
	imap(t, n, "wrong.name.test", "AUTH=PLAIN")
	imap(t, n, "imap.example.test", "LOGINDISABLED AUTH=XOAUTH2")
	r := discover(t, n, anna, account.Options{})
	best := r.Best()
	if best == nil || best.Host != "imap.example.test" || !best.TokenOnly || best.Issuer != "pst2imap test server" {
		t.Fatalf("got %+v", best)
	}
	var name *imapconn.TLSError
	for _, c := range r.Candidates {
		switch {
		case c.Host == "wrong.name.test" && (!errors.As(c.Err, &name) || name.Reason != imapconn.TLSWrongName):
			t.Errorf("%s: %v", c.Host, c.Err)
		case c.Security == imapconn.None && !errors.Is(c.Err, account.ErrPlainOnly):
			t.Errorf("plain text: %v", c.Err)
		}
	}
}

func server(host string, port int, socket string) string {
	return fmt.Sprintf(`<incomingServer type="imap"><hostname>%s</hostname><port>%d</port><socketType>%s</socketType></incomingServer>`, host, port, socket)
}

// A file is not fetched from where anybody could change it on the way.
func TestRedirectsStayProtected(t *testing.T) {
	for _, to := range []string{"http://www.hoster.test/there", "https://example.test" + wellKnown} {
		n := internet(t)
		n.Web("example.test", &site{pages: map[string]string{wellKnown: "to " + to}})
		r := discover(t, n, anna, account.Options{})
		i := slices.IndexFunc(r.Attempts, func(a account.Attempt) bool { return a.Source == account.FromWellKnown })
		if a := r.Attempts[i]; a.Found != 0 || !strings.HasPrefix(a.Err, "it leads") {
			t.Errorf("%s: %+v", to, a)
		}
	}
}

func TestDiscoverEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	n := internet(t)
	m := n.Map()
	if _, err := account.Discover(ctx, anna, account.Options{Dialer: m.Dial, Resolver: m.Resolver()}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	for _, text := range []string{"", "anna", "@example.test", "anna@", "an na@example.test", "anna@localhost", "anna@127.0.0.1", "anna@-x.test",
		strings.Repeat("a", 250) + "@example.test"} {
		if _, err := account.Discover(context.Background(), text, account.Options{}); err == nil || account.IsAddress(text) {
			t.Errorf("%q is taken for an address", text)
		}
	}
}
