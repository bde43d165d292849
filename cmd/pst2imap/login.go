package main

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/account"
	"github.com/pst2imap/pst2imap/internal/account/keyring"
	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// signInFlags say what to sign in with. There is no option for the password itself: what is in the arguments can be seen by
// every process.
func signInFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "passfile", Usage: "`FILE` whose first line is the password (else " + passwordVariable + ", else a prompt)"},
		&cli.StringFlag{Name: "oauthaccesstoken", Usage: "`FILE` with an OAuth 2.0 access token to use instead of a password (or " + tokenVariable + "); read again for each sign-in"},
		&cli.StringFlag{Name: "oauth", Usage: "sign in with a browser, at `SERVER`: google, microsoft, microsoft/TENANT or the https address of an issuer (default: the provider's own)"},
		&cli.StringFlag{Name: "oauth-client-id", Usage: "`ID` under which the OAuth server knows this program"},
		&cli.StringFlag{Name: "oauth-client-file", Usage: "`FILE` with the client's id and secret as JSON, as Google's console offers it"},
		&cli.StringFlag{Name: "oauth-scope", Usage: "ask the OAuth server for `SCOPES` other than the usual ones, separated by blanks"},
		&cli.BoolFlag{DisableDefaultText: true, Name: "keyring", Usage: "take the password or the OAuth sign-in from the system's keyring, where \"pst2imap remember\" put it"},
	}
}

// keyrings keeps what "pst2imap remember" is for. Tests put another one here.
var keyrings keyring.Store = keyring.System{}

// login finds out what to sign in with.
type login struct {
	c     *cli.Context
	ui    *ui
	cfg   *imapconn.Config
	found *account.Result // nil if the server was named

	provider *account.Provider // nil if not known
	record   keyring.Record    // what can be remembered of it
	keyring  bool              // it may be taken from the keyring, and changes go there
}

func newLogin(c *cli.Context, ui *ui, cfg *imapconn.Config, found *account.Result) *login {
	l := &login{c: c, ui: ui, cfg: cfg, found: found, provider: account.ProviderOfHost(cfg.Host), keyring: c.Bool("keyring")}
	l.record = keyring.Record{Host: cfg.Host, User: cfg.User}
	return l
}

// take sets the password or the access token. What the person names on the command line goes before what the environment has,
// that before the keyring; somebody is asked last.
func (l *login) take() error {
	passVar, tokenVar := takeVariable(passwordVariable), takeVariable(tokenVariable)
	passFile, tokenFile := l.c.String("passfile"), l.c.String("oauthaccesstoken")
	if err := l.fitting(passFile, tokenFile); err != nil {
		return err
	}
	switch {
	case l.ui.signedIn != nil: // the dialogue has asked and tried it
		l.cfg.Token = l.ui.signedIn.token
		return l.usePassword(l.ui.signedIn.password, nil)
	case tokenFile != "":
		return tokenFromFile(l.ui, l.cfg, tokenFile)
	case passFile != "":
		warnReadable(l.ui, passFile)
		return l.usePassword(readSecret(passFile, "--passfile names a file whose first line is the password"))
	case l.namesOAuth():
		return l.oauth()
	case tokenVar != "" && !l.byPassword():
		l.cfg.Token = func() (string, error) { return tokenVar, nil }
		return nil
	case passVar != "" && !l.cfg.Auth.NeedsToken():
		return l.usePassword(passVar, nil)
	case l.keyring:
		return l.fromKeyring()
	}
	return l.ask()
}

// byPassword tells whether the person wants a way that takes a password.
func (l *login) byPassword() bool { return l.cfg.Auth != imapconn.AuthAuto && !l.cfg.Auth.NeedsToken() }

// fitting refuses options that contradict each other.
func (l *login) fitting(passFile, tokenFile string) error {
	auth := l.c.String("auth")
	var err error
	switch {
	case passFile != "" && tokenFile != "":
		err = errors.New("--passfile and --oauthaccesstoken exclude each other")
	case (passFile != "" || tokenFile != "") && l.c.String("oauth") != "":
		err = errors.New("--oauth needs neither --passfile nor --oauthaccesstoken")
	case l.byPassword() && tokenFile != "":
		err = fmt.Errorf("--auth %s takes a password, no --oauthaccesstoken", auth)
	case l.byPassword() && l.namesOAuth():
		err = fmt.Errorf("--auth %s takes a password, no --oauth", auth)
	case l.cfg.Auth.NeedsToken() && passFile != "":
		err = fmt.Errorf("--auth %s takes an --oauthaccesstoken, no --passfile", auth)
	default:
		return nil
	}
	return usageError(l.c, err, true)
}

func (l *login) usePassword(password string, err error) error {
	l.cfg.Password, l.record.Password = password, password
	return err
}

// fromKeyring takes what was remembered, or asks if there is nothing.
func (l *login) fromKeyring() error {
	r, err := keyrings.Get(keyringName(l.c, *l.cfg))
	switch {
	case errors.Is(err, keyring.ErrNone):
		l.ui.say("the keyring has nothing for this account; pst2imap remember puts it there")
		return l.ask()
	case err != nil:
		return keyringFailure(err)
	}
	if err := l.fits(r); err != nil {
		return err
	}
	l.cfg.User, l.record = r.User, r
	switch {
	case r.Refresh != "" && l.byPassword():
		return usageError(l.c, fmt.Errorf("--auth %s takes a password, and the keyring has a sign-in by OAuth", l.c.String("auth")), true)
	case r.Refresh != "":
		return l.oauth()
	case l.cfg.Auth.NeedsToken():
		return usageError(l.c, fmt.Errorf("--auth %s takes an access token, and the keyring has a password", l.c.String("auth")), true)
	}
	l.cfg.Password = r.Password
	return nil
}

// fits refuses to give a secret to a server or user other than the one that it was kept for.
func (l *login) fits(r keyring.Record) error {
	asked := l.c.String("user")
	if account.SameHost(r.Host, l.cfg.Host) && (asked == "" || asked == r.User || asked == addressOf(l.c)) {
		return nil
	}
	return &failure{exitSignIn, fmt.Errorf("what the keyring has is for %s at %s, not for %s at %s", r.User, r.Host, l.cfg.User, l.cfg.Host),
		"if this server is right, pst2imap remember keeps it anew"}
}

// ask asks the person: in a browser if a program may sign in only so and the program's id for that is known, else for the password.
func (l *login) ask() error {
	if p := l.provider; (p != nil && !p.TakesPasswords() || l.cfg.Auth.NeedsToken()) && l.configured() {
		if !l.ui.interactive() {
			return &failure{exitUsage, errors.New("somebody has to sign in with a browser"), "use --oauth, or --keyring after pst2imap remember"}
		}
		return l.oauth()
	}
	if l.cfg.Auth.NeedsToken() {
		return &failure{code: exitUsage, err: errors.New("no access token given"), hint: tokenHint + ", or the variable " + tokenVariable}
	}
	return l.usePassword(l.prompt())
}

// prompt asks for the password, unless it is known that none can help.
func (l *login) prompt() (string, error) {
	if err := l.takesPasswords(); err != nil {
		return "", err
	}
	if !l.ui.interactive() {
		return "", &failure{code: exitUsage, err: errors.New("no password given"), hint: "use --passfile FILE or the variable " + passwordVariable}
	}
	return l.ui.askSecret(l.c.Context, fmt.Sprintf("Password of %s at %s", l.cfg.User, l.cfg.Host), l.aboutPassword()...)
}

// aboutPassword is what to know before typing it.
func (l *login) aboutPassword() []string {
	about := []string{"It is not shown while you type."}
	if p := l.provider; p != nil && !p.Takes(account.ByPassword) {
		about = append([]string{appPasswordOf(p) + "."}, about...)
	}
	return about
}

// takesPasswords refuses to ask for a password that the server cannot take.
func (l *login) takesPasswords() error {
	name := l.cfg.Host
	switch {
	case l.byPassword(): // the person knows better
		return nil
	case l.provider != nil && !l.provider.TakesPasswords():
		name = l.provider.Name
	case l.found == nil || !l.found.Best().TokenOnly:
		return nil
	}
	return &failure{code: exitSignIn, err: fmt.Errorf("%s takes no passwords for IMAP, only access tokens", name), hint: tokenHint}
}
