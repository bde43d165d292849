package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// serverFlags say where and as whom to sign in, and with what.
func serverFlags() []cli.Flag {
	return append([]cli.Flag{
		&cli.StringFlag{Name: "email", Usage: "e-mail `ADDRESS` whose server is looked for where --host names none"},
		&cli.BoolFlag{DisableDefaultText: true, Name: "no-lookup", Usage: "look for the server in this program's own table and under the usual names, and ask nobody else"},
		&cli.StringFlag{Name: "host", Usage: "IMAP server `NAME`"},
		&cli.IntFlag{Name: "port", Usage: "`PORT`", DefaultText: "993, with --tls starttls or none 143"},
		&cli.StringFlag{Name: "tls", Value: "implicit", Usage: "`HOW`: implicit, starttls, or none (everybody on the way can read it all)"},
		&cli.StringFlag{Name: "ca-file", Usage: "`FILE` with the certificates to trust instead of the system's, PEM"},
		&cli.StringFlag{Name: "user", Usage: "`NAME` to sign in with, often the e-mail address"},
		&cli.StringFlag{Name: "auth", Value: string(imapconn.AuthAuto), Usage: "`HOW` to sign in: " + strings.Join(authNames(), ", ")},
		&cli.DurationFlag{Name: "timeout", Value: imapconn.DefaultTimeout, Usage: "how long the server may be silent, such as `90s`"},
	}, signInFlags()...)
}

// serverConfig reads the flags, finds the server if none is named, and asks for the password last.
func serverConfig(c *cli.Context, ui *ui) (imapconn.Config, error) {
	cfg, found, err := findServer(c, ui)
	if err != nil {
		return cfg, err
	}
	err = newLogin(c, ui, &cfg, found).prepare()
	return cfg, err
}

// connectionFlags reads the flags that say how to connect.
func connectionFlags(c *cli.Context) (imapconn.Config, error) {
	cfg := imapconn.Config{Host: c.String("host"), Port: c.Int("port"), User: c.String("user"), Timeout: c.Duration("timeout"), Dialer: network.dialer}
	if cfg.Port < 0 || cfg.Port > 65535 {
		return cfg, usageError(c, fmt.Errorf("--port %d is not between 1 and 65535", cfg.Port), true)
	}
	if cfg.Timeout < time.Second {
		return cfg, usageError(c, errors.New("--timeout must be a second at least"), true)
	}
	var err error
	if cfg.Security, err = security(c.String("tls")); err != nil {
		return cfg, usageError(c, err, true)
	}
	if cfg.Auth, err = authOf(c.String("auth")); err != nil {
		return cfg, usageError(c, err, true)
	}
	if path := c.String("ca-file"); path != "" {
		cfg.RootCAs = x509.NewCertPool()
		err = addCertificates(cfg.RootCAs, path)
	}
	return cfg, err
}

// prepare completes the configuration with what is needed once, and the password or token.
func (l *login) prepare() error {
	if l.cfg.Security == imapconn.None {
		l.ui.warn("--tls none: password and mail travel readable for everybody on the way to %s", l.cfg.Host)
	}
	l.cfg.Memory, l.cfg.Alert = new(imapconn.Memory), alerts(l.ui)
	return l.take()
}

// authNames are the values of --auth.
func authNames() []string {
	var names []string
	for _, a := range imapconn.Auths {
		names = append(names, strings.ToLower(string(a)))
	}
	return names
}

func authOf(name string) (imapconn.Auth, error) {
	i := slices.Index(authNames(), strings.ToLower(name))
	if i < 0 {
		return "", fmt.Errorf("--auth %q is not one of %s", name, strings.Join(authNames(), ", "))
	}
	return imapconn.Auths[i], nil
}

// alerts shows what the server wants the person to see, each text once, however many connections there are.
func alerts(ui *ui) func(string) {
	var mu sync.Mutex
	shown := map[string]bool{}
	return func(text string) {
		mu.Lock()
		defer mu.Unlock()
		if !shown[text] {
			shown[text] = true
			ui.say("the server says: %s", text)
		}
	}
}

func security(name string) (imapconn.Security, error) {
	for _, s := range []imapconn.Security{imapconn.Implicit, imapconn.StartTLS, imapconn.None} {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("--tls %q is not one of implicit, starttls, none", name)
}

func addCertificates(pool *x509.CertPool, path string) error {
	pem, err := os.ReadFile(path)
	if err != nil {
		return explainInput(path, err)
	}
	if !pool.AppendCertsFromPEM(pem) {
		return &failure{code: exitNoInput, err: errors.New(path + ": no certificate in it"), hint: "the file must be in PEM form, -----BEGIN CERTIFICATE-----"}
	}
	return nil
}
