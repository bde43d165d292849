package account

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// answer is what one source said.
type answer struct {
	attempts []Attempt
	offers   []offer
	provider *Provider // by the receiving server
}

// lookUp asks everybody at the same time.
func (f *finder) lookUp(ctx context.Context) (offers []offer, attempts []Attempt, byMX *Provider) {
	client := f.client()
	defer client.CloseIdleConnections()
	d := f.address.domain
	query := "?emailaddress=" + url.QueryEscape(f.address.whole)
	questions := []func() answer{
		func() answer { return f.receivers(ctx, client) },
		func() answer {
			return f.config(ctx, client, FromAutoconfig, "https://autoconfig."+d+"/mail/config-v1.1.xml", query)
		},
		func() answer {
			return f.config(ctx, client, FromWellKnown, "https://"+d+"/.well-known/autoconfig/mail/config-v1.1.xml", "")
		},
		func() answer { return f.config(ctx, client, FromISPDB, ISPDB+d, "") },
		func() answer { return f.records(ctx) },
	}
	answers := make([]answer, len(questions))
	var wg sync.WaitGroup
	for i, ask := range questions {
		wg.Go(func() { answers[i] = ask() })
	}
	wg.Wait()
	for _, a := range answers {
		offers, attempts = append(offers, a.offers...), append(attempts, a.attempts...)
		if a.provider != nil {
			byMX = a.provider
		}
	}
	slices.SortStableFunc(offers, func(a, b offer) int { return rank(a.source) - rank(b.source) })
	slices.SortStableFunc(attempts, func(a, b Attempt) int { return rank(a.Source) - rank(b.Source) })
	return offers, attempts, byMX
}

// maxRedirects is enough for a domain that moved.
const maxRedirects = 4

// client fetches configuration, over HTTPS and nothing else: whoever could change it on the way would get the password.
func (f *finder) client() *http.Client {
	return &http.Client{
		Timeout: f.Timeout,
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: f.Dialer, TLSClientConfig: &tls.Config{RootCAs: f.WebCAs},
			ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			switch {
			case r.URL.Scheme != "https":
				return errors.New("it leads away from HTTPS")
			case len(via) > maxRedirects:
				return errors.New("it leads on and on")
			}
			return nil
		},
	}
}

// config fetches an autoconfig file. The query has the address in it, which is not shown.
func (f *finder) config(ctx context.Context, client *http.Client, from Source, link, query string) answer {
	at := Attempt{Source: from, Asked: link, Shares: "the domain"}
	if query != "" {
		at.Shares = "the address"
	}
	f.ask(at)
	offers, err := f.fetch(ctx, client, link+query)
	if err != nil {
		at.Err = strings.ReplaceAll(cause(err), query, "")
	}
	return found(at, offers)
}

func (f *finder) fetch(ctx context.Context, client *http.Client, link string) ([]offer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "pst2imap")
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the answer is %s", resp.Status)
	}
	return parseConfig(resp.Body, f.address)
}

// records asks for SRV records (RFC 6186 3.2; RFC 8314 5.1: those with TLS from the first byte go first).
func (f *finder) records(ctx context.Context) answer {
	var all answer
	for _, service := range []struct {
		name     string
		security imapconn.Security
	}{{"imaps", imapconn.Implicit}, {"imap", imapconn.StartTLS}} {
		at := Attempt{Source: FromSRV, Asked: "_" + service.name + "._tcp." + f.address.domain, Shares: "the domain"}
		f.ask(at)
		limited, cancel := context.WithTimeout(ctx, f.Timeout)
		_, list, err := f.Resolver.LookupSRV(limited, service.name, "tcp", f.address.domain)
		cancel()
		var offers []offer
		for _, s := range list {
			host, bad := hostName(s.Target) // "." means that there is no such service
			if bad == nil && s.Port != 0 && len(offers) < maxServers {
				offers = append(offers, offer{host: host, port: int(s.Port), security: service.security, user: f.address.whole})
			}
		}
		switch {
		case err != nil:
			at.Err = cause(err)
		case len(offers) == 0:
			at.Err = "the domain says that it has no such service"
		}
		a := found(at, offers)
		all.attempts, all.offers = append(all.attempts, a.attempts...), append(all.offers, a.offers...)
	}
	return all
}

// receivers asks who receives the domain's mail, and looks that up in the table and then in Mozilla's database.
func (f *finder) receivers(ctx context.Context, client *http.Client) answer {
	at := Attempt{Source: FromMX, Asked: "MX records of " + f.address.domain, Shares: "the domain"}
	f.ask(at)
	limited, cancel := context.WithTimeout(ctx, f.Timeout)
	defer cancel()
	list, err := f.Resolver.LookupMX(limited, f.address.domain)
	if err != nil && len(list) == 0 {
		at.Err = cause(err)
		return found(at, nil)
	}
	var domains []string
	for _, mx := range list {
		host, err := hostName(mx.Host)
		if err != nil {
			continue
		}
		if p := providerOfMX(host); p != nil {
			a := found(at, f.ofProvider(FromMX, p, host))
			a.provider = p
			return a
		}
		domains = addNew(domains, registered(host))
	}
	at.Err = "the program's table does not know who receives its mail"
	a := found(at, nil)
	if len(domains) > 0 && domains[0] != registered(f.address.domain) {
		b := f.config(ctx, client, FromMXISPDB, ISPDB+domains[0], "")
		a.attempts, a.offers = append(a.attempts, b.attempts...), b.offers
	}
	return a
}

func (f *finder) ask(at Attempt) {
	if f.Ask != nil {
		f.Ask(at)
	}
}

// found completes an attempt with what it brought.
func found(at Attempt, offers []offer) answer {
	for i := range offers {
		offers[i].source = at.Source
	}
	at.Found = len(offers)
	return answer{attempts: []Attempt{at}, offers: offers}
}

// cause is an error in few words, without the URL or name that Attempt.Asked has already.
func cause(err error) string {
	var dns *net.DNSError
	var at *url.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &at) && at.Timeout():
		return "no answer in time"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no such name"
	case errors.As(err, &at):
		return at.Err.Error()
	case errors.As(err, &dns):
		return dns.Err
	}
	return err.Error()
}
