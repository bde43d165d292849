package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/account/keyring"
	"github.com/pst2imap/pst2imap/internal/account/oauth"
)

// namesOAuth tells whether the command line asks for a sign-in with a browser.
func (l *login) namesOAuth() bool {
	return l.c.String("oauth") != "" || l.c.String("oauth-client-id") != "" || l.c.String("oauth-client-file") != ""
}

// oauthName is who gives access tokens: as asked, as remembered, or the provider's own; "" if that is not known.
func (l *login) oauthName() string {
	switch {
	case l.c.String("oauth") != "":
		return l.c.String("oauth")
	case l.record.Server != "":
		return l.record.Server
	case l.provider != nil:
		return l.provider.OAuth
	}
	return ""
}

// oauth signs in with what was remembered, or asks the person to sign in with a browser.
func (l *login) oauth() error {
	name := l.oauthName()
	if name == "" {
		return usageError(l.c, fmt.Errorf("--oauth SERVER is needed: it is not known who gives access tokens for %s", l.cfg.Host), true)
	}
	l.recall(name)
	client, err := l.client(name)
	if err != nil {
		return err
	}
	refresh := l.record.Refresh
	if l.record.ClientID != client.ID { // it is of no use to another client
		refresh = ""
	}
	web := l.webClient()
	server, ok := oauth.Named(name)
	if !ok {
		if server, err = oauth.Discover(l.c.Context, web, name); err != nil {
			return &failure{exitConnect, fmt.Errorf("--oauth: %w", err), "SERVER is google, microsoft, microsoft/TENANT or an issuer such as https://login.example.org"}
		}
	}
	if scopes := strings.Fields(l.c.String("oauth-scope")); len(scopes) > 0 {
		server.Scopes, server.MailScope = scopes, scopes[0]
	}
	l.record = keyring.Record{Host: l.cfg.Host, User: l.cfg.User, Refresh: refresh, Server: name,
		ClientID: client.ID, ClientSecret: client.Secret}
	s := &oauth.SignIn{Server: server, Client: client, User: l.cfg.User, HTTP: web, Visit: l.visit, Keep: l.keep}
	tokens, err := l.tokens(l.c.Context, s)
	if err != nil {
		return err
	}
	l.cfg.Token = tokens.Access
	return nil
}

// recall takes what the keyring has of the same server for the same account, if it is to be used.
func (l *login) recall(server string) {
	if !l.keyring {
		return
	}
	if r, err := keyrings.Get(keyringName(l.c, *l.cfg)); err == nil && r.Server == server && l.fits(r) == nil {
		l.record = r
	}
}

// tokens goes on with the refresh token that is there, and asks the person where it is no longer good.
func (l *login) tokens(ctx context.Context, s *oauth.SignIn) (*oauth.Tokens, error) {
	if l.record.Refresh == "" {
		return s.Run(ctx)
	}
	tokens, err := s.Resume(ctx, l.record.Refresh)
	var said *oauth.Error
	if l.c.String("oauth") == "" || !errors.As(err, &said) || said.Reason != oauth.Revoked {
		return tokens, err
	}
	l.ui.say("the sign-in that the keyring has is no longer valid: %s", said.Text)
	return s.Run(ctx)
}

// keep notes a new refresh token, in the keyring if that is used. A keyring that fails is no reason to end a run.
func (l *login) keep(refresh string) {
	l.record.Refresh = refresh
	if !l.keyring {
		return
	}
	if err := keyrings.Set(keyringName(l.c, *l.cfg), l.record); err != nil {
		l.ui.warn("the sign-in could not be kept: %v", err)
	}
}

// client is this program as the OAuth server knows it: from the command line, or from a file in the user's configuration.
func (l *login) client(server string) (oauth.Client, error) {
	id, path := l.c.String("oauth-client-id"), l.c.String("oauth-client-file")
	switch {
	case id != "" && path != "":
		return oauth.Client{}, usageError(l.c, errors.New("--oauth-client-id and --oauth-client-file exclude each other"), true)
	case id != "":
		return oauth.Client{ID: id}, nil
	case path != "":
		warnReadable(l.ui, path)
		return readClient(path)
	}
	if r := l.record; r.ClientID != "" {
		return oauth.Client{ID: r.ClientID, Secret: r.ClientSecret}, nil
	}
	path, err := clientFile(server)
	if err == nil && exists(path) {
		return readClient(path)
	}
	return oauth.Client{}, &failure{exitUsage, errors.New("the OAuth server does not know this program by itself"),
		"register it there once, and use --oauth-client-id ID, --oauth-client-file FILE or " + path + "; docs/signin.md says how"}
}

// configured tells whether there is a client for the server that gives tokens, without a word on the command line.
func (l *login) configured() bool {
	path, err := clientFile(l.oauthName())
	return err == nil && l.oauthName() != "" && exists(path)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// clientFile is where the client for a server is configured: oauth-google.json, oauth-microsoft.json or oauth.json.
func clientFile(server string) (string, error) {
	dir, err := os.UserConfigDir()
	name := "oauth.json"
	if _, known := oauth.Named(server); known {
		kind, _, _ := strings.Cut(server, "/")
		name = "oauth-" + kind + ".json"
	}
	return filepath.Join(dir, "pst2imap", name), err
}

func readClient(path string) (oauth.Client, error) {
	f, err := os.Open(path)
	if err != nil {
		return oauth.Client{}, explainInput(path, err)
	}
	defer f.Close()
	client, err := oauth.ReadClient(f)
	if err != nil {
		return client, &failure{exitNoInput, fmt.Errorf("%s: %w", path, err), `the file is as Google's console offers it, or {"client_id": "…", "client_secret": "…"}`}
	}
	return client, nil
}

// webTimeout bounds one request.
const webTimeout = 30 * time.Second

func (l *login) webClient() *http.Client {
	return &http.Client{Timeout: webTimeout, Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: network.dialer,
		TLSClientConfig: &tls.Config{RootCAs: webCAs(l.c.String("ca-file"))}, ForceAttemptHTTP2: true}}
}

// visit asks the person to open a page.
func (l *login) visit(page, code string) {
	if code != "" {
		l.ui.say("to let pst2imap into the mailbox of %s, open %s in a browser on any device and type in %s", l.cfg.User, page, code)
		return
	}
	l.ui.say("to let pst2imap into the mailbox of %s, open this page in a browser on this computer: %s", l.cfg.User, page)
	open := network.browser
	if open == nil {
		open = openBrowser
	}
	open(page)
}

// openBrowser opens a page where that can be done. The person has its address in any case.
func openBrowser(page string) {
	var cmd *exec.Cmd
	switch {
	case runtime.GOOS == "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", page) //nolint:gosec // the address of a server that the person chose; no shell
	case runtime.GOOS == "darwin":
		cmd = exec.Command("open", page) //nolint:gosec // likewise
	case os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "":
		cmd = exec.Command("xdg-open", page) //nolint:gosec // likewise
	default:
		return
	}
	if cmd.Start() == nil {
		go func() { _ = cmd.Wait() }() // how it went does not matter
	}
}

// oauthHint says what helps where there is no access token.
func oauthHint(e *oauth.Error) string {
	switch e.Reason {
	case oauth.Denied:
		return "run the same command again and allow access; where an administrator has to allow it, ask for that"
	case oauth.Expired:
		return "run the same command again and sign in within ten minutes"
	case oauth.Revoked:
		return "sign in again: --oauth asks for it, pst2imap remember keeps it; the same command goes on where it stopped"
	case oauth.BadClient:
		return "check the client's id: it must be registered there as a desktop or public client, and be allowed to use IMAP"
	case oauth.NotForMail:
		return "run the same command again and tick the access to mail"
	case oauth.Network:
		return "check the network and run the same command again: it goes on where it stopped"
	}
	return "show this line to the administrator of the account"
}
