package imapconn

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
)

// Dial connects, starts TLS, signs in and asks for capabilities, name space and the server's name.
//
// With [Implicit] and [StartTLS] nothing is sent in plain text but the STARTTLS command itself: a server that does not offer it
// is left with a [TLSError]. Sign-in is as Config.Auth says. The error is a [*ConnectError], [*TLSError] or [*AuthError], or that of
// ctx or Config.Token.
func Dial(ctx context.Context, cfg Config) (*Conn, error) {
	s, err := dial(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return newConn(s), nil
}

// dial is Dial up to the end of sign-in.
func dial(ctx context.Context, cfg Config) (*signIn, error) {
	return dialAnd(ctx, cfg, func(*signIn) error { return nil })
}

// dialAnd is dial with something to do on the new connection, whose error ends it.
func dialAnd(ctx context.Context, cfg Config, then func(*signIn) error) (*signIn, error) {
	if cfg.User == "" {
		return nil, errors.New("a user name is needed to sign in")
	}
	return connect(ctx, cfg, func(s *signIn) error {
		if err := s.run(ctx); err != nil {
			return err
		}
		return then(s)
	})
}

// connect makes a connection and does something on it, whose error ends it.
func connect(ctx context.Context, cfg Config, do func(*signIn) error) (*signIn, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	raw, err := open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	w := newWire(raw, cfg.Timeout)
	end := w.begin(ctx)
	defer end()
	s := &signIn{cfg: cfg, wire: w}
	s.use(w)
	if err := do(s); err != nil {
		w.kill(err)
		return nil, err
	}
	return s, nil
}

// open makes the TCP connection.
func open(ctx context.Context, cfg Config) (net.Conn, error) {
	limited, cancel := context.WithTimeout(ctx, min(connectTimeout, cfg.Timeout))
	defer cancel()
	conn, err := cfg.Dialer(limited, "tcp", cfg.addr())
	if err == nil {
		return conn, nil
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("connect to %s: %w", cfg.addr(), ctx.Err())
	}
	return nil, &ConnectError{Op: "connect", Addr: cfg.addr(), Reason: reasonOf(err, ""), Err: err}
}

// protect starts TLS and reads the greeting.
func (s *signIn) protect(ctx context.Context) (preauth bool, err error) {
	if s.cfg.Security == Implicit {
		if err := s.startTLS(ctx); err != nil {
			return false, err
		}
	}
	preauth, err = s.greet()
	if err != nil || s.cfg.Security != StartTLS {
		return preauth, err
	}
	if preauth { // RFC 9051 7.1.4: whoever cut out STARTTLS may have written that greeting
		return false, s.tlsError(TLSNoStartTLS, errors.New("server signs in by itself before TLS"))
	}
	return false, s.upgrade(ctx)
}

// run does everything between the TCP connection and the first command of the session.
func (s *signIn) run(ctx context.Context) error {
	preauth, err := s.protect(ctx)
	if err != nil {
		return err
	}
	if !preauth {
		if err := s.authenticate(); err != nil {
			return err
		}
	}
	if err := s.learn(); err != nil {
		return err
	}
	if s.cfg.Alert != nil {
		for _, text := range s.alerts {
			s.cfg.Alert(text)
		}
	}
	return nil
}

// upgrade issues STARTTLS and starts TLS (RFC 9051 6.2.1).
func (s *signIn) upgrade(ctx context.Context) error {
	if err := s.needCaps(); err != nil {
		return err
	}
	if !s.caps.Has("STARTTLS") {
		return s.tlsError(TLSNoStartTLS, errors.New("server does not offer STARTTLS"))
	}
	r, err := s.command("STARTTLS")
	if err != nil {
		return err
	}
	if r.kind != "OK" {
		return s.tlsError(TLSNoStartTLS, fmt.Errorf("server answered STARTTLS with %s %s", r.kind, withCode(r.code, r.text)))
	}
	if s.br.Buffered() > 0 {
		// Bytes that came before the handshake must not be taken for the server's protected answers.
		return s.tlsError(TLSOther, errors.New("data before the TLS handshake"))
	}
	s.caps = nil // what was said in plain text does not count
	return s.startTLS(ctx)
}

// startTLS does the handshake and verifies the certificate against the host name.
func (s *signIn) startTLS(ctx context.Context) error {
	conn := tls.Client(s.wire, &tls.Config{ServerName: s.cfg.Host, RootCAs: s.cfg.RootCAs})
	if err := conn.HandshakeContext(ctx); err != nil {
		if _, cause := s.wire.state(); ctx.Err() != nil || errors.Is(cause, ErrTimeout) {
			return s.lost("start TLS", err)
		}
		return s.tlsError(tlsReasonOf(err), err)
	}
	s.use(conn)
	return nil
}

func (s *signIn) use(conn net.Conn) {
	s.conn = s.cfg.Trace.watch(conn)
	s.br = bufio.NewReader(s.conn)
}

func (s *signIn) tlsError(reason TLSReason, err error) error {
	return (&TLSError{Addr: s.cfg.addr(), Reason: reason, Err: err}).shown()
}
