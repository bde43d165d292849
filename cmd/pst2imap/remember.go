package main

import (
	"errors"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/account/keyring"
	"github.com/pst2imap/pst2imap/internal/imapconn"
)

func rememberCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "remember", Flags: serverFlags(),
		Usage:  "sign in once and keep the password, or the sign-in by OAuth, in the system's keyring for --keyring",
		Action: func(c *cli.Context) error { return remember(c, ui) },
	}
}

func forgetCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name:  "forget",
		Usage: "remove from the system's keyring what \"pst2imap remember\" put there",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "email", Usage: "e-mail `ADDRESS` of the account, as it was remembered"},
			&cli.StringFlag{Name: "host", Usage: "IMAP server `NAME`, if the account was remembered so"},
			&cli.StringFlag{Name: "user", Usage: "`NAME` to sign in with, likewise"},
		},
		Action: func(c *cli.Context) error { return forget(c, ui) },
	}
}

// remember keeps only what has let somebody in.
func remember(c *cli.Context, ui *ui) error {
	if c.NArg() > 0 {
		return usageError(c, errors.New("remember takes no file"), true)
	}
	cfg, found, err := findServer(c, ui)
	if err != nil {
		return err
	}
	l := newLogin(c, ui, &cfg, found)
	l.keyring = false // it is asked for anew
	if err := l.prepare(); err != nil {
		return err
	}
	conn, err := imapconn.Dial(c.Context, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // after Logout there is nothing left to say
	if l.record.Password == "" && l.record.Refresh == "" {
		return &failure{exitUsage, errors.New("there is nothing to keep: an access token alone lives for an hour or so"), "use --oauth, or a password"}
	}
	if err := keyrings.Set(keyringName(c, cfg), l.record); err != nil {
		return keyringFailure(err)
	}
	ui.say("kept for %s at %s; --keyring uses it, pst2imap forget removes it", cfg.User, cfg.Host)
	return conn.Logout(c.Context)
}

func forget(c *cli.Context, ui *ui) error {
	if addressOf(c) == "" && (c.String("host") == "" || c.String("user") == "") {
		return usageError(c, errors.New("--email, or --host and --user, are needed"), true)
	}
	name := keyringName(c, imapconn.Config{Host: c.String("host"), User: c.String("user")})
	if err := keyrings.Delete(name); err != nil {
		return keyringFailure(err)
	}
	ui.say("forgotten: %s", name)
	return nil
}

// keyringName is what an account is kept under: its address where that was given instead of a host.
func keyringName(c *cli.Context, cfg imapconn.Config) string {
	email := c.String("email")
	if email == "" && c.String("host") == "" {
		email = addressOf(c)
	}
	return keyring.Name(email, cfg.User, cfg.Host)
}

func keyringFailure(err error) error {
	if errors.Is(err, keyring.ErrNone) {
		return &failure{exitNoInput, err, "it is kept under the address or the host and user that pst2imap remember was given"}
	}
	return &failure{exitSignIn, err, "without a keyring, use --passfile FILE or a prompt"}
}
