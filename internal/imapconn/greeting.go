package imapconn

import "context"

// Greeting is what a server says before anybody signs in.
type Greeting struct {
	Text string   // its own words
	Caps Caps     // as they are before sign-in
	TLS  *TLSInfo // nil: plain text
}

// Greet connects, starts TLS as cfg says, asks what the server offers and leaves again. It needs no user; errors are those of [Dial].
func Greet(ctx context.Context, cfg Config) (*Greeting, error) {
	var g *Greeting
	s, err := connect(ctx, cfg, func(s *signIn) error {
		if _, err := s.protect(ctx); err != nil {
			return err
		}
		if err := s.needCaps(); err != nil {
			return err
		}
		g = &Greeting{Text: s.greeting, Caps: s.caps, TLS: s.tlsInfo()}
		_, _ = s.command("LOGOUT") // what is to be known is known
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.wire.kill(errClosed)
	return g, nil
}

// TokenOnly tells whether a server that announced c takes access tokens and no password.
func (c Caps) TokenOnly() bool {
	password := c.offers(AuthPlain) || c.offers(AuthLogin) || c.offers(authSASLLogin) || c.offers(AuthSCRAM) || c.offers(AuthCRAMMD5)
	return !password && (c.offers(AuthOAuthBearer) || c.offers(AuthXOAUTH2))
}
