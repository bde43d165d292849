package account

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// DefaultTimeout bounds each question and each connection when [Options] names no other limit.
const DefaultTimeout = 10 * time.Second

// ISPDB is where Mozilla's database of providers is. It learns the domain, never the address.
const ISPDB = "https://autoconfig.thunderbird.net/v1.1/"

// Options say how to look. The zero value asks everybody.
type Options struct {
	// NoLookup asks nobody about the address: only the table and the usual names of its own domain are tried.
	NoLookup bool
	Timeout  time.Duration // 0 is DefaultTimeout

	RootCAs *x509.CertPool // for the servers; nil: the system's
	WebCAs  *x509.CertPool // for autoconfig; nil: the system's

	// Ask, if not nil, is called before each question, from several goroutines.
	Ask func(Attempt)

	// Dialer opens connections and Resolver looks up names; nil are the system's. Tests and proxies replace them.
	Dialer   func(ctx context.Context, network, addr string) (net.Conn, error)
	Resolver *net.Resolver
}

func (o Options) withDefaults() Options {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	if o.Dialer == nil {
		o.Dialer = (&net.Dialer{Resolver: o.Resolver}).DialContext
	}
	return o
}

var (
	// ErrPlainOnly is why a candidate is not tried: what names it offers plain text only.
	ErrPlainOnly = errors.New("it is said to speak plain text only, in which everybody on the way can read password and mail")
	// ErrNotTried is why a candidate is not tried: there are too many.
	ErrNotTried = errors.New("not tried: there are too many")
)

// offer is a server that a source names.
type offer struct {
	source    Source
	host      string
	port      int
	security  imapconn.Security
	user      string
	tokenOnly bool
	provider  *Provider
}

// Discover finds IMAP servers for an e-mail address. Where the table knows the address's domain nobody else is asked. Otherwise
// all questions go out at the same time; names are guessed when none of the servers that were found works. Each server is
// connected to, TLS started and its certificate checked; nobody signs in.
//
// That nothing was found is no error: the result says what was asked. An error means that text is no address or that ctx ended.
func Discover(ctx context.Context, text string, o Options) (*Result, error) {
	a, err := parseAddress(text)
	if err != nil {
		return nil, err
	}
	f := &finder{Options: o.withDefaults(), address: a}
	r := &Result{Address: a.whole, Domain: a.domain, Provider: ProviderOfAddress(text)}
	switch {
	case r.Provider != nil:
		r.Attempts = []Attempt{{Source: FromTable, Asked: "the table of providers in this program", Found: len(r.Provider.Servers)}}
		r.Candidates = f.candidates(f.ofProvider(FromTable, r.Provider, ""))
	case !o.NoLookup:
		offers, attempts, byMX := f.lookUp(ctx)
		r.Attempts, r.Provider = attempts, byMX
		r.Candidates = f.candidates(offers)
	}
	f.probe(ctx, r.Candidates)
	if ProviderOfAddress(text) == nil && !slices.ContainsFunc(r.Candidates, worked) {
		f.guess(ctx, r)
	}
	r.sort()
	return r, ctx.Err()
}

func worked(c Candidate) bool { return c.Works }

// guess tries the usual names that nobody has named yet.
func (f *finder) guess(ctx context.Context, r *Result) {
	at := Attempt{Source: FromGuess, Asked: "imap." + f.address.domain + ", mail." + f.address.domain + ", " + f.address.domain}
	f.ask(at)
	guesses := slices.DeleteFunc(f.candidates(f.guesses()), func(g Candidate) bool { return slices.ContainsFunc(r.Candidates, g.same) })
	f.probe(ctx, guesses)
	for _, g := range guesses {
		if g.Works {
			at.Found++
		}
	}
	if at.Found == 0 {
		at.Err = "none of them is an IMAP server with a valid certificate"
	}
	r.Attempts = append(r.Attempts, at)
	r.Candidates = append(r.Candidates, guesses...)
}

// finder looks for the servers of one address.
type finder struct {
	Options
	address address
}

// ofProvider are the servers of the table; mx is a receiving server, whose name is that of the IMAP server on some platforms.
func (f *finder) ofProvider(from Source, p *Provider, mx string) []offer {
	var offers []offer
	for _, s := range p.Servers {
		host := s.Host
		if host == "{mx}" {
			host = mx
		}
		offers = append(offers, offer{source: from, host: host, port: s.Port, security: s.TLS.Security, user: f.address.userName(s.User),
			provider: p, tokenOnly: !p.TakesPasswords()})
	}
	return offers
}

// guesses are the names that most servers have.
func (f *finder) guesses() []offer {
	var offers []offer
	for _, way := range []struct {
		security imapconn.Security
		port     int
	}{{imapconn.Implicit, 993}, {imapconn.StartTLS, 143}} {
		for _, host := range []string{"imap." + f.address.domain, "mail." + f.address.domain, f.address.domain} {
			offers = append(offers, offer{source: FromGuess, host: host, port: way.port, security: way.security, user: f.address.whole})
		}
	}
	return offers
}

// candidates joins what several sources say of the same server.
func (f *finder) candidates(offers []offer) []Candidate {
	var list []Candidate
	for _, o := range offers {
		c := Candidate{Host: o.host, Port: o.port, Security: o.security, Provider: o.provider}
		i := slices.IndexFunc(list, c.same)
		if i < 0 {
			i = len(list)
			list = append(list, c)
		}
		at := &list[i]
		at.Sources = addNew(at.Sources, o.source)
		at.Users = addNew(at.Users, o.user)
		at.TokenOnly = at.TokenOnly || o.tokenOnly
		if at.Provider == nil {
			at.Provider = cmp.Or(o.provider, ProviderOfHost(o.host))
		}
	}
	for i := range list {
		c := &list[i]
		slices.SortFunc(c.Sources, func(a, b Source) int { return rank(a) - rank(b) })
		c.Users = addNew(addNew(c.Users, f.address.whole), f.address.local)
		c.Confirm = slices.Equal(c.Sources, []Source{FromSRV}) && c.Provider == nil && !within(c.Host, registered(f.address.domain))
	}
	return list
}

func (c Candidate) same(other Candidate) bool {
	return c.Host == other.Host && c.Port == other.Port && c.Security == other.Security
}

func addNew[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

func rank(s Source) int { return slices.Index(Sources, s) }

// sort puts what works first, TLS from the first byte before STARTTLS (RFC 8314 section 3), and else keeps to the sources' order.
func (r *Result) sort() {
	slices.SortStableFunc(r.Candidates, func(a, b Candidate) int {
		works := func(c Candidate) int {
			switch {
			case c.Works && !c.Confirm:
				return 0
			case c.Works:
				return 1
			}
			return 2
		}
		return cmp.Or(works(a)-works(b), rank(a.Sources[0])-rank(b.Sources[0]), int(a.Security)-int(b.Security))
	})
}

const (
	// maxProbes bounds how many servers are connected to.
	maxProbes = 16
	// maxParallel is how many at the same time.
	maxParallel = 6
)

// probe connects to the candidates and notes what they say.
func (f *finder) probe(ctx context.Context, list []Candidate) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, maxParallel)
	for i := range list {
		c := &list[i]
		switch {
		case c.Security == imapconn.None:
			c.Err = ErrPlainOnly
			continue
		case i >= maxProbes:
			c.Err = ErrNotTried
			continue
		}
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			f.greet(ctx, c)
		})
	}
	wg.Wait()
}

func (f *finder) greet(ctx context.Context, c *Candidate) {
	limited, cancel := context.WithTimeout(ctx, f.Timeout)
	defer cancel()
	g, err := imapconn.Greet(limited, imapconn.Config{Host: c.Host, Port: c.Port, Security: c.Security,
		RootCAs: f.RootCAs, Timeout: f.Timeout, Dialer: f.Dialer})
	if err != nil {
		c.Err = err
		return
	}
	c.Works, c.Greeting, c.Offered = true, g.Text, g.Caps.List()
	c.TokenOnly = c.TokenOnly || g.Caps.TokenOnly()
	if g.TLS != nil {
		c.Issuer = g.TLS.Issuer
	}
}
