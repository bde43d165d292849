package account

import (
	_ "embed" // the table of providers
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// SignIn is what a provider takes to let somebody in.
type SignIn string

// What providers take.
const (
	ByPassword    SignIn = "password"     // the usual password
	ByAppPassword SignIn = "app-password" // one that was made for a program
	ByOAuth       SignIn = "oauth"        // an OAuth 2.0 access token
	ByBridge      SignIn = "bridge"       // a program of the provider that runs beside this one
)

// Provider is what is known of a provider or hosting platform. The text is meant for people.
type Provider struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Domains []string `json:"domains"` // of its addresses
	MX      []string `json:"mx"`      // domains of the servers that receive for its customers' domains
	Hosts   []string `json:"hosts"`   // domains of its IMAP servers besides those in Servers
	Servers []server `json:"servers"` // the best first
	SignIn  []SignIn `json:"sign_in"` // the best first; empty means that it has no IMAP

	AppPasswordURL string `json:"app_password_url"` // page that makes app passwords
	OAuth          string `json:"oauth"`            // "google" or "microsoft": who gives access tokens
	EnableIMAP     string `json:"enable_imap"`      // what to switch on first, if anything
	Note           string `json:"note"`             // what else is good to know
}

// server is one that a table, a file or a DNS record names. In the table, "{mx}" as host stands for the receiving server.
type server struct {
	Host string      `json:"host"`
	Port int         `json:"port"`
	TLS  securityWay `json:"tls"`
	User string      `json:"user"` // form of the user name as in autoconfig files; "" is the address
}

// securityWay is imapconn.Security by its name.
type securityWay struct{ imapconn.Security }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *securityWay) UnmarshalText(b []byte) error {
	for _, way := range []imapconn.Security{imapconn.Implicit, imapconn.StartTLS} {
		if way.String() == string(b) {
			s.Security = way
			return nil
		}
	}
	return fmt.Errorf("unknown connection security %q", b)
}

// Takes tells whether the provider lets somebody in that way.
func (p *Provider) Takes(way SignIn) bool { return slices.Contains(p.SignIn, way) }

// TakesPasswords tells whether any kind of password can work.
func (p *Provider) TakesPasswords() bool {
	return p.Takes(ByPassword) || p.Takes(ByAppPassword) || p.Takes(ByBridge)
}

//go:embed providers.json
var providersJSON []byte

// providers is the table. It is part of the program, and a test reads it.
var providers = sync.OnceValue(func() []*Provider {
	var list []*Provider
	if err := json.Unmarshal(providersJSON, &list); err != nil {
		return nil
	}
	return list
})

// ProviderOfAddress finds the provider whose domain an address has, nil if the table does not know it.
func ProviderOfAddress(text string) *Provider {
	a, err := parseAddress(text)
	if err != nil {
		return nil
	}
	return findProvider(func(p *Provider) bool { return slices.Contains(p.Domains, a.domain) })
}

// ProviderOfHost finds the provider that an IMAP server belongs to, nil if the table does not know it.
func ProviderOfHost(host string) *Provider {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return findProvider(func(p *Provider) bool {
		return slices.ContainsFunc(p.Servers, func(s server) bool { return s.Host == host }) ||
			slices.ContainsFunc(p.Hosts, func(d string) bool { return within(host, d) })
	})
}

// providerOfMX finds the provider that receives mail on a host. AOL's receiving servers are below a domain of Yahoo's, so that the
// longest name decides.
func providerOfMX(host string) *Provider {
	var found *Provider
	length := 0
	for _, p := range providers() {
		for _, d := range p.MX {
			if len(d) > length && within(host, d) {
				found, length = p, len(d)
			}
		}
	}
	return found
}

func findProvider(is func(*Provider) bool) *Provider {
	list := providers()
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i]
	}
	return nil
}
