package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// passwordVariable is the environment variable with the password.
const passwordVariable = "PST2IMAP_PASSWORD" //nolint:gosec // the name of a variable, not a password

// serverFlags say where and as whom to sign in. There is no option for the
// password itself: what is in the arguments can be seen by every process.
func serverFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "host", Usage: "IMAP server `NAME`"},
		&cli.IntFlag{Name: "port", Usage: "`PORT`", DefaultText: "993, with --tls starttls or none 143"},
		&cli.StringFlag{Name: "tls", Value: "implicit", Usage: "`HOW`: implicit, starttls, or none (everybody on the way can read it all)"},
		&cli.StringFlag{Name: "ca-file", Usage: "`FILE` with the certificates to trust instead of the system's, PEM"},
		&cli.StringFlag{Name: "user", Usage: "`NAME` to sign in with, often the e-mail address"},
		&cli.StringFlag{Name: "passfile", Usage: "`FILE` whose first line is the password (else " + passwordVariable + ", else a prompt)"},
		&cli.DurationFlag{Name: "timeout", Value: imapconn.DefaultTimeout, Usage: "how long the server may be silent, such as `90s`"},
	}
}

// serverConfig reads the flags. The password is asked for last.
func serverConfig(c *cli.Context, ui *ui) (imapconn.Config, error) {
	cfg := imapconn.Config{Host: c.String("host"), Port: c.Int("port"), User: c.String("user"), Timeout: c.Duration("timeout")}
	if cfg.Host == "" || cfg.User == "" {
		return cfg, usageError(c, errors.New("--host and --user are needed"), true)
	}
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
	if cfg.Port == 0 {
		cfg.Port = 993
		if cfg.Security != imapconn.Implicit {
			cfg.Port = 143
		}
	}
	if path := c.String("ca-file"); path != "" {
		if cfg.RootCAs, err = rootCAs(path); err != nil {
			return cfg, err
		}
	}
	if cfg.Security == imapconn.None {
		ui.say("warning: --tls none: password and mail travel readable for everybody on the way to %s", cfg.Host)
	}
	cfg.Password, err = password(c, ui, cfg)
	return cfg, err
}

func security(name string) (imapconn.Security, error) {
	for _, s := range []imapconn.Security{imapconn.Implicit, imapconn.StartTLS, imapconn.None} {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("--tls %q is not one of implicit, starttls, none", name)
}

func rootCAs(path string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, explainInput(path, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, &failure{code: exitNoInput, err: errors.New(path + ": no certificate in it"), hint: "the file must be in PEM form, -----BEGIN CERTIFICATE-----"}
	}
	return pool, nil
}

// password takes the password from a file, the environment or the person.
func password(c *cli.Context, ui *ui, cfg imapconn.Config) (string, error) {
	if path := c.String("passfile"); path != "" {
		b, err := os.ReadFile(path)
		if err != nil {
			return "", explainInput(path, err)
		}
		first, _, _ := strings.Cut(strings.TrimPrefix(string(b), "\ufeff"), "\n")
		return strings.TrimSuffix(first, "\r"), nil
	}
	if p, ok := os.LookupEnv(passwordVariable); ok {
		_ = os.Unsetenv(passwordVariable) // no child process needs it
		return p, nil
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return "", &failure{code: exitUsage, err: errors.New("no password given"), hint: "use --passfile FILE or the variable " + passwordVariable}
	}
	fmt.Fprintf(ui.err, "password of %s at %s: ", clean(cfg.User), clean(cfg.Host))
	b, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Fprintln(ui.err)
	if err != nil {
		return "", &failure{code: exitUsage, err: fmt.Errorf("the password could not be read: %w", err)}
	}
	return string(b), nil
}
