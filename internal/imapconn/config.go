package imapconn

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// Security says how the connection is protected.
type Security int

const (
	// Implicit starts TLS before the first byte of IMAP (RFC 8314 3.2), port 993.
	Implicit Security = iota
	// StartTLS upgrades with the STARTTLS command (RFC 9051 6.2.1), port 143. Without the upgrade nothing is sent.
	StartTLS
	// None sends password and mail in plain text, port 143.
	None
)

// String is the name used on the command line.
func (s Security) String() string {
	switch s {
	case Implicit:
		return "implicit"
	case StartTLS:
		return "starttls"
	case None:
		return "none"
	}
	return "Security(" + strconv.Itoa(int(s)) + ")"
}

// DefaultTimeout is how long a server may be silent while an answer is due when [Config] names no other limit.
const DefaultTimeout = 120 * time.Second

// connectTimeout bounds the TCP handshake, where a long wait has no purpose.
const connectTimeout = 30 * time.Second

// Config says where and as whom to sign in. Host, User and a Password or Token are required.
type Config struct {
	Host     string         // name or address; the certificate must be valid for it
	Port     int            // 0 is 993 for Implicit and 143 otherwise
	Security Security       // zero value: implicit TLS
	RootCAs  *x509.CertPool // nil: the system's
	User     string
	Password string

	// Auth is the way to sign in; "" is AuthAuto. A way that the server does not offer is an error, never a reason for another.
	Auth Auth
	// Token returns an OAuth 2.0 access token to sign in with instead of a password. It is called for each sign-in, since tokens
	// live for an hour or so; its error is Dial's.
	Token func() (string, error)
	// Memory, if not nil, is shared by the connections to one account.
	Memory *Memory
	// Alert, if not nil, is called for each text that the server wants the person to see (RFC 9051 7.1), after sign-in.
	Alert func(text string)

	// Timeout is the longest time without a byte from or to the server while an answer is due. Zero is [DefaultTimeout].
	Timeout time.Duration

	// Pace holds back what an [Appender] sends; nil does not.
	Pace *Pace

	// Trace writes down what is said; nil does not.
	Trace *Trace

	// Dialer opens the connection; nil is a net.Dialer. Tests and proxies replace it.
	Dialer func(ctx context.Context, network, addr string) (net.Conn, error)
}

// check refuses what must not be guessed at: an unknown Security would mean plain text.
func (c Config) check() error {
	if c.Security < Implicit || c.Security > None {
		return fmt.Errorf("unknown connection security %v", c.Security)
	}
	if c.Host == "" {
		return errors.New("a host is needed to connect to")
	}
	return nil
}

func (c Config) withDefaults() Config {
	if c.Port == 0 {
		c.Port = 143
		if c.Security == Implicit {
			c.Port = 993
		}
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Dialer == nil {
		c.Dialer = new(net.Dialer).DialContext
	}
	return c
}

func (c Config) addr() string { return net.JoinHostPort(c.Host, strconv.Itoa(c.Port)) }
