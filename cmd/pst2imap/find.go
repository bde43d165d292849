package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/account"
	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// findServer takes the server from the flags, or finds it by the e-mail address; then found says how.
func findServer(c *cli.Context, ui *ui) (cfg imapconn.Config, found *account.Result, err error) {
	if cfg, err = connectionFlags(c); err != nil {
		return cfg, nil, err
	}
	email := addressOf(c)
	switch {
	case cfg.Host != "" && cfg.User == "":
		cfg.User = email
	case cfg.Host == "" && email != "":
		if c.IsSet("port") || c.IsSet("tls") {
			return cfg, nil, usageError(c, errors.New("--port and --tls need --host: else they are found by the address"), true)
		}
		if found, err = askForServer(c, ui, email, cfg); err != nil {
			return cfg, found, err
		}
		use(&cfg, found)
	}
	if cfg.Host == "" || cfg.User == "" {
		return cfg, found, usageError(c, errors.New("--email, or --host and --user, are needed"), true)
	}
	if cfg.Port == 0 {
		cfg.Port = 993
		if cfg.Security != imapconn.Implicit {
			cfg.Port = 143
		}
	}
	return cfg, found, nil
}

// addressOf is the e-mail address that was given, or the user name where it is one.
func addressOf(c *cli.Context) string {
	if email := c.String("email"); email != "" || !account.IsAddress(c.String("user")) {
		return email
	}
	return c.String("user")
}

// use takes the best server that was found.
func use(cfg *imapconn.Config, found *account.Result) {
	best := found.Best()
	cfg.Host, cfg.Port, cfg.Security = best.Host, best.Port, best.Security
	if cfg.User == "" || cfg.User == found.Address {
		cfg.User = best.Users[0]
	}
}

// askForServer looks for the server of an address, and says whom it asks and what it found.
func askForServer(c *cli.Context, ui *ui, email string, cfg imapconn.Config) (*account.Result, error) {
	if !account.IsAddress(email) {
		return nil, usageError(c, fmt.Errorf("%q is not an e-mail address", email), true)
	}
	_, domain, _ := strings.Cut(email, "@")
	if account.ProviderOfAddress(email) == nil && !c.Bool("no-lookup") {
		ui.say("looking for the mail server of %s: autoconfig.%s learns the address; %s, autoconfig.thunderbird.net (Mozilla) and the name server "+
			"learn the domain; --no-lookup asks nobody", domain, domain, domain)
	}
	r, err := account.Discover(c.Context, email, account.Options{NoLookup: c.Bool("no-lookup"), RootCAs: cfg.RootCAs, WebCAs: webCAs(c.String("ca-file")),
		Dialer: network.dialer, Resolver: network.resolver})
	switch {
	case err != nil:
		return r, err
	case r.Best() == nil:
		return r, notFound(r)
	}
	best := r.Best()
	ui.say("found %s:%d (%s), %s; user name %s", best.Host, best.Port, protection(best.Security), best.Sources[0].Means(), best.Users[0])
	if p := best.Provider; p != nil && wants(p) != "" {
		ui.say("%s: %s", p.Name, wants(p))
	}
	return r, nil
}

// webCAs are the system's certificates and those of a file, for servers that are not the mail server. It is nil, the system's alone, where
// they cannot be read; connectionFlags has said so by then.
func webCAs(path string) *x509.CertPool {
	if path == "" {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil
	}
	if err := addCertificates(pool, path); err != nil {
		return nil
	}
	return pool
}

// protection says to people how a connection is protected.
func protection(s imapconn.Security) string {
	switch s {
	case imapconn.Implicit:
		return "TLS"
	case imapconn.StartTLS:
		return "STARTTLS"
	}
	return "plain text"
}

// wants is what a provider asks for before a program may sign in.
func wants(p *account.Provider) string {
	var parts []string
	if p.EnableIMAP != "" {
		parts = append(parts, "IMAP may have to be switched on first, "+p.EnableIMAP)
	}
	if p.Note != "" {
		parts = append(parts, p.Note)
	}
	return strings.Join(parts, "; ")
}

// notFound says why there is no server that could be used by itself, and what to do.
func notFound(r *account.Result) error {
	f := &failure{code: exitConnect, err: fmt.Errorf("no IMAP server was found for %s", r.Address),
		hint: "ask the provider for the name of its IMAP server, and use --host NAME --user NAME"}
	if p := r.Provider; p != nil && len(p.Servers) == 0 {
		f.err, f.hint = fmt.Errorf("%s has no IMAP server of its own", p.Name), p.Note
		return f
	}
	if c := r.ToConfirm(); c != nil {
		f.hint = fmt.Sprintf("the domain's SRV records name %s, which is outside of the domain: if it is your provider's, use %s", c.Host, byHand(c))
		return f
	}
	for _, c := range r.Candidates {
		guessed := slices.Equal(c.Sources, []account.Source{account.FromGuess})
		var tls *imapconn.TLSError
		switch {
		case errors.As(c.Err, &tls) && (!guessed || tls.Reason == imapconn.TLSWrongName || shieldOf(tls.Issuers) != ""):
			return explainServer(c.Err)
		case !guessed && errors.Is(c.Err, account.ErrPlainOnly):
			f.hint = fmt.Sprintf("%s is said to speak plain text only, in which everybody on the way can read password and mail: %s uses it all the same", c.Host, byHand(&c))
			return f
		case !guessed && c.Err != nil:
			if x := explainServer(c.Err); x != nil {
				return x
			}
		}
	}
	return f
}

// byHand are the flags that name a candidate.
func byHand(c *account.Candidate) string {
	text := "--host " + c.Host + " --user " + c.Users[0]
	if c.Security != imapconn.Implicit {
		text += " --tls " + c.Security.String()
	}
	if c.Security == imapconn.Implicit && c.Port != 993 || c.Security != imapconn.Implicit && c.Port != 143 {
		text += " --port " + strconv.Itoa(c.Port)
	}
	return text
}

// foundJSON is what was found as check prints it (docs/json.md).
type foundJSON struct {
	Address    string          `json:"address"`
	Provider   string          `json:"provider,omitempty"`
	Wants      string          `json:"wants,omitempty"`
	Candidates []candidateJSON `json:"candidates"`
	Asked      []askedJSON     `json:"asked"`
}

type candidateJSON struct {
	Host    string   `json:"host"`
	Port    int      `json:"port"`
	TLS     string   `json:"tls"`
	Users   []string `json:"users"`
	Sources []string `json:"sources"`
	Works   bool     `json:"works"`
	Confirm bool     `json:"confirm"`
	Problem string   `json:"problem,omitempty"`
}

type askedJSON struct {
	Source string `json:"source"`
	Asked  string `json:"asked"`
	Learns string `json:"learns,omitempty"`
	Found  int    `json:"found"`
	Answer string `json:"answer,omitempty"`
}

func foundAsJSON(r *account.Result) *foundJSON {
	if r == nil {
		return nil
	}
	f := &foundJSON{Address: r.Address, Candidates: []candidateJSON{}, Asked: []askedJSON{}}
	if r.Provider != nil {
		f.Provider, f.Wants = r.Provider.Name, wants(r.Provider)
	}
	for _, c := range r.Candidates {
		j := candidateJSON{Host: c.Host, Port: c.Port, TLS: c.Security.String(), Users: c.Users, Works: c.Works, Confirm: c.Confirm}
		for _, s := range c.Sources {
			j.Sources = append(j.Sources, string(s))
		}
		if c.Err != nil {
			j.Problem = c.Err.Error()
		}
		f.Candidates = append(f.Candidates, j)
	}
	for _, a := range r.Attempts {
		f.Asked = append(f.Asked, askedJSON{string(a.Source), a.Asked, a.Shares, a.Found, a.Err})
	}
	return f
}

// printFound shows what was found and who was asked.
func printFound(ui *ui, r *account.Result) {
	t := newTable("server found", "protection", "user names", "works", "why")
	for _, c := range r.Candidates {
		works := "yes"
		switch {
		case c.Confirm:
			works = "only by --host"
		case c.Err != nil:
			works = "no"
		}
		why := c.Sources[0].Means()
		if c.Err != nil {
			why += "; " + c.Err.Error()
		}
		t.row(c.Host+":"+strconv.Itoa(c.Port), protection(c.Security), strings.Join(c.Users, ", "), works, why)
	}
	t.print(ui)
	ui.println("")
	t = newTable("answer", "learned", "asked")
	for _, a := range r.Attempts {
		answer := a.Err
		if answer == "" {
			answer = fmt.Sprintf("%d servers", a.Found)
		}
		learned := a.Shares
		if learned == "" {
			learned = "nothing"
		}
		t.row(answer, learned, a.Asked)
	}
	t.print(ui)
	ui.println("")
}
