package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pst2imap/pst2imap/internal/account"
	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// askAccount finds the server, then signs in to know that name and password are right.
func (g *guide) askAccount(ctx context.Context) error {
	var err error
	if g.cfg, err = connectionFlags(g.c); err != nil {
		return err
	}
	if g.cfg.Host == "" {
		err = g.askServer(ctx)
	} else {
		err = g.serverOfFlags(ctx)
	}
	if err != nil {
		return err
	}
	return g.askSignIn(ctx)
}

// serverOfFlags takes the server as it was named.
func (g *guide) serverOfFlags(ctx context.Context) error {
	if g.cfg.Port == 0 {
		g.cfg.Port = 993
		if g.cfg.Security != imapconn.Implicit {
			g.cfg.Port = 143
		}
	}
	if g.cfg.User == "" {
		g.cfg.User = addressOf(g.c)
	}
	for g.cfg.User == "" {
		var err error
		if g.cfg.User, err = g.ask(ctx, "With which name do you sign in?", "It is the e-mail address for most providers."); err != nil {
			return err
		}
	}
	return nil
}

// askServer asks for the address and finds the server of it.
func (g *guide) askServer(ctx context.Context) error {
	email := addressOf(g.c)
	for ; !account.IsAddress(email); email = g.orSuggested(email) {
		about := []string{"Type the e-mail address of the mailbox that the mail goes to."}
		if s := g.suggested(); s != "" {
			about = append(about, "Press Enter for "+s+".")
		}
		text, err := g.ask(ctx, "Whose mail is it?", about...)
		if err != nil {
			return err
		}
		if email = g.orSuggested(text); !account.IsAddress(email) {
			g.told("That is no e-mail address: it looks like anna@example.org.")
		}
	}
	g.told("Looking for the mail server of %s …", email)
	r, err := account.Discover(ctx, email, account.Options{NoLookup: g.c.Bool("no-lookup"), RootCAs: g.cfg.RootCAs, WebCAs: webCAs(g.c.String("ca-file")),
		Dialer: network.dialer, Resolver: network.resolver})
	if err != nil {
		return err
	}
	g.found = r
	if best := r.Best(); best != nil {
		g.use(best)
		why := best.Sources[0].Means()
		if best.Sources[0] == account.FromGuess {
			why = "a usual name, and it answers"
		}
		g.told("Found: %s, %s.", best.Host, why)
		return nil
	}
	g.cfg.User, g.users = email, []string{email}
	if c := r.ToConfirm(); c != nil {
		yes, err := g.confirm(ctx, "Is "+c.Host+" the server of your provider?",
			"An entry in the Internet's address book names it, which others could have",
			"forged. Say yes only if your provider uses this name.")
		if err != nil {
			return err
		}
		if yes {
			g.use(c)
			return nil
		}
	} else if p := r.Provider; p != nil && len(p.Servers) == 0 {
		return notFound(r)
	} else {
		g.told("No server was found for this address by itself.")
	}
	return g.askHost(ctx)
}

func (g *guide) use(c *account.Candidate) {
	g.cfg.Host, g.cfg.Port, g.cfg.Security = c.Host, c.Port, c.Security
	g.users = c.Users
	if g.cfg.User == "" || g.cfg.User == g.found.Address {
		g.cfg.User = c.Users[0]
	}
}

// suggested is the address of the account that the chosen file belongs to.
func (g *guide) suggested() string {
	if g.scanned == nil {
		return ""
	}
	for _, f := range g.scanned.Files {
		for _, i := range f.Accounts {
			if a := g.scanned.Accounts[i].Email; slices.Contains(g.files, f.Path) && account.IsAddress(a) {
				return a
			}
		}
	}
	for _, f := range g.files { // Outlook calls the file of an account after its address
		name := filepath.Base(f)
		if name = strings.TrimSuffix(name, filepath.Ext(name)); account.IsAddress(name) {
			return name
		}
	}
	return ""
}

func (g *guide) orSuggested(text string) string {
	if text == "" {
		return g.suggested()
	}
	return text
}

// askHost takes a server that the person knows, once it answers.
func (g *guide) askHost(ctx context.Context) error {
	for {
		text, err := g.ask(ctx, "What is the name of the mail server?",
			"Your provider tells it, on a page about IMAP or “incoming mail”. It often",
			"looks like imap.example.org.")
		if err != nil {
			return err
		}
		if text == "" {
			continue
		}
		if err := g.tryHost(ctx, text); err != nil {
			if ctx.Err() != nil {
				return err
			}
			g.wrong(ctx, err)
			continue
		}
		g.told("%s answers.", g.cfg.Host)
		return nil
	}
}

// tryHost connects to a server, in the ways that servers offer, without signing in.
func (g *guide) tryHost(ctx context.Context, text string) error {
	type way struct {
		port     int
		security imapconn.Security
	}
	host, ways := text, []way{{993, imapconn.Implicit}, {143, imapconn.StartTLS}}
	if h, p, err := net.SplitHostPort(text); err == nil {
		port, err := strconv.Atoi(p)
		if err != nil || port < 1 || port > 65535 {
			return &failure{code: exitUsage, err: fmt.Errorf("%q is no port", p), hint: "leave the part after the colon away"}
		}
		host, ways = h, []way{{port, imapconn.Implicit}, {port, imapconn.StartTLS}}
	}
	if strings.ContainsAny(host, " /@") {
		return &failure{code: exitUsage, err: fmt.Errorf("%q is no name of a server", host), hint: "it has no blanks, no @ and no /"}
	}
	var first error
	for _, w := range ways {
		cfg := g.cfg
		cfg.Host, cfg.Port, cfg.Security = host, w.port, w.security
		_, err := imapconn.Greet(ctx, cfg)
		if err == nil {
			g.cfg = cfg
			return nil
		}
		if first == nil {
			first = err
		}
		var connect *imapconn.ConnectError
		if errors.As(err, &connect) && connect.Reason == imapconn.NoSuchHost {
			break
		}
	}
	return first
}

// askSignIn asks for the password until the server takes it, or signs in with a browser
// where passwords are not taken.
func (g *guide) askSignIn(ctx context.Context) error {
	g.cfg.Memory, g.cfg.Alert = new(imapconn.Memory), alerts(g.ui)
	if g.hasCredential() {
		return nil // migrate reads it
	}
	for {
		l := newLogin(g.c, g.ui, &g.cfg, g.foundBest())
		if err := l.takesPasswords(); err != nil {
			if !l.configured() {
				return err
			}
			return g.signInWithBrowser(ctx, l)
		}
		text, err := g.askSecret(ctx, fmt.Sprintf("What is the password of %s?", g.cfg.User), l.aboutPassword()...)
		if err != nil {
			return err
		}
		if text == "" {
			continue
		}
		cfg := g.cfg
		cfg.Password = text
		if err = g.trySignIn(ctx, cfg); err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return err
		}
		g.wrong(ctx, err)
		var refused *imapconn.AuthError
		if errors.As(err, &refused) {
			err = g.otherName(ctx)
		} else {
			err = g.askHost(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// hasCredential tells whether the options or the environment have what to sign in with.
func (g *guide) hasCredential() bool {
	for _, name := range []string{"passfile", "oauthaccesstoken", "oauth", "oauth-client-id", "oauth-client-file", "keyring"} {
		if g.c.IsSet(name) {
			return true
		}
	}
	return os.Getenv(passwordVariable) != "" || os.Getenv(tokenVariable) != ""
}

// signInWithBrowser does so once, for the whole dialogue.
func (g *guide) signInWithBrowser(ctx context.Context, l *login) error {
	fmt.Fprintln(g.err)
	g.told("This provider takes no passwords: you sign in with your browser.")
	if err := l.oauth(); err != nil {
		return err
	}
	return g.trySignIn(ctx, g.cfg)
}

// foundBest is what was found, if it is what is used.
func (g *guide) foundBest() *account.Result {
	if g.found != nil && g.found.Best() != nil && g.found.Best().Host == g.cfg.Host {
		return g.found
	}
	return nil
}

// trySignIn keeps what lets somebody in.
func (g *guide) trySignIn(ctx context.Context, cfg imapconn.Config) error {
	g.told("Signing in …")
	conn, err := imapconn.Dial(ctx, cfg)
	if err != nil {
		return err
	}
	_ = conn.Logout(ctx) // it is known that it works
	_ = conn.Close()     // likewise
	g.ui.signedIn = &credential{cfg.Password, cfg.Token}
	g.told("The server lets you in.")
	return nil
}

// otherName lets the person change what was wrong besides the password.
func (g *guide) otherName(ctx context.Context) error {
	options, names := []string{"Type the password again"}, []string{g.cfg.User}
	others := g.users
	if local, _, ok := strings.Cut(g.cfg.User, "@"); ok && !slices.Contains(others, local) {
		others = append(slices.Clone(others), local)
	}
	for _, u := range others {
		if u != g.cfg.User {
			options, names = append(options, "Sign in as "+u), append(names, u)
		}
	}
	options = append(options, "Sign in with another name", "Use another server than "+g.cfg.Host)
	n, err := g.choose(ctx, "What do you want to do?", options)
	switch {
	case err != nil:
	case n < len(names):
		g.cfg.User = names[n]
	case n == len(names):
		var name string
		if name, err = g.ask(ctx, "With which name do you sign in?", "Your provider tells it. Some want the whole address, some another name."); err == nil && name != "" {
			g.cfg.User = name
		}
	default:
		err = g.askHost(ctx)
	}
	return err
}
