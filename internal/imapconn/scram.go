package imapconn

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/xdg-go/scram"
)

// maxIterations bounds the work that a server can ask for: a second or two. Servers use 4,096 to some 100,000.
const maxIterations = 2_000_000

// scram signs in with SCRAM-SHA-256 (RFC 5802, RFC 7677): the password does not leave this computer, and the server proves that it
// knows it too.
func (s *signIn) scram(plus bool) error {
	c, err := newSCRAMClient(s, plus)
	if err != nil {
		return s.unusable(err.Error())
	}
	err = s.exchange(c)
	var auth *AuthError
	switch {
	case err == nil && !c.conv.Valid():
		return s.refused(c.mech, response{text: "the server did not prove that it knows the password"})
	case errors.As(err, &auth):
		auth.unproved = !c.proved
	}
	return err
}

// scramClient is a sasl.Client around the library's conversation.
type scramClient struct {
	mech   string
	conv   *scram.ClientConversation
	proved bool // something derived from the password was sent
}

func newSCRAMClient(s *signIn, plus bool) (*scramClient, error) {
	client, err := scram.SHA256.NewClient(s.cfg.User, s.cfg.Password, "")
	if err != nil { // characters newer than RFC 4013: servers that take them store them as they are
		client, err = scram.SHA256.NewClientUnprepped(s.cfg.User, s.cfg.Password, "")
	}
	if err != nil {
		return nil, errors.New("SCRAM cannot be prepared") // the library's words may have the name or password in them
	}
	if !plus {
		return &scramClient{mech: string(AuthSCRAM), conv: client.NewConversation()}, nil
	}
	conn, ok := s.conn.(*tls.Conn)
	if !ok {
		return nil, errors.New("channel binding needs TLS")
	}
	state := conn.ConnectionState()
	binding, err := scram.NewTLSExporterBinding(&state)
	if err != nil {
		return nil, fmt.Errorf("channel binding: %w", err)
	}
	return &scramClient{mech: string(AuthSCRAMPlus), conv: client.NewConversationWithChannelBinding(binding)}, nil
}

// Start implements sasl.Client.
func (c *scramClient) Start() (mech string, ir []byte, err error) {
	first, err := c.conv.Step("")
	return c.mech, []byte(first), err
}

// Next implements sasl.Client.
func (c *scramClient) Next(challenge []byte) ([]byte, error) {
	if !c.proved {
		if err := checkIterations(string(challenge)); err != nil {
			return nil, err
		}
	}
	answer, err := c.conv.Step(string(challenge))
	if err != nil {
		return nil, fmt.Errorf("SCRAM: %w", err)
	}
	c.proved = true
	return []byte(answer), nil
}

// checkIterations reads i= of the server's first message (RFC 5802 section 7), for the library has no upper bound.
func checkIterations(first string) error {
	for _, field := range strings.Split(first, ",") {
		if s, ok := strings.CutPrefix(field, "i="); ok {
			if n, err := strconv.Atoi(s); err != nil || n > maxIterations {
				return fmt.Errorf("SCRAM: the server asks for %.20q iterations", s)
			}
		}
	}
	return nil
}
