package imapconn

import (
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // CRAM-MD5 is defined with it, and used only when asked for
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-sasl"
)

// maxInline is the longest initial response on the line of AUTHENTICATE. Access tokens can be longer than the command lines that
// servers take; after a "+" they take more.
const maxInline = 4000

// explainer is a SASL client that knows more about a failure than the server's last line.
type explainer interface {
	// explain returns what the server said in its challenges, or "".
	explain() string
}

// exchange is AUTHENTICATE (RFC 9051 6.2.2), with the first response on the same line where the server takes it (RFC 4959).
func (s *signIn) exchange(c sasl.Client) error {
	mech, initial, err := c.Start()
	if err != nil {
		return s.unusable(err.Error())
	}
	line, first := "AUTHENTICATE "+mech, s.encode(initial)
	pending := initial != nil
	if pending && s.caps.Has("SASL-IR") && len(first) <= maxInline {
		line, pending = line+" "+first, false
	}
	var failed error
	before := s.forgetCaps()
	r, err := s.dialogue(line, nil, func(challenge []byte) string {
		if pending {
			pending = false
			return first
		}
		var answer []byte
		if failed == nil {
			answer, failed = s.next(c, challenge)
		}
		if failed != nil {
			return "*"
		}
		return s.encode(answer)
	})
	if err == nil && failed != nil {
		r.kind, r.text = "NO", strings.TrimSpace(failed.Error()+" "+withCode(r.code, r.text))
	}
	if x, ok := c.(explainer); ok && err == nil && r.kind != "OK" && x.explain() != "" {
		r.text = strings.TrimSpace(r.text + " (" + x.explain() + ")")
	}
	return s.signedIn(mech, before, r, err)
}

// encode makes a response for the line, and notes it as something not to be shown.
func (s *signIn) encode(answer []byte) string {
	text := base64.StdEncoding.EncodeToString(answer)
	s.secrets.addSent(text)
	return text
}

// next answers a challenge. Some servers put plain words in place of an empty one, so only the client judges what is no base64.
func (s *signIn) next(c sasl.Client, challenge []byte) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(challenge)))
	if err != nil {
		data = challenge
	}
	answer, err := c.Next(data)
	if errors.Is(err, sasl.ErrUnexpectedServerChallenge) {
		err = errors.New("the server asked for more than there is to say")
	}
	return answer, err
}

// loginClient is the mechanism LOGIN, which was never more than a draft: whatever the server asks, first the user name and then
// the password. There is no initial response.
type loginClient struct{ answers []string }

// Start implements sasl.Client.
func (c *loginClient) Start() (mech string, ir []byte, err error) { return "LOGIN", nil, nil }

// Next implements sasl.Client.
func (c *loginClient) Next([]byte) ([]byte, error) {
	if len(c.answers) == 0 {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	answer := c.answers[0]
	c.answers = c.answers[1:]
	return []byte(answer), nil
}

// cramClient is CRAM-MD5 (RFC 2195).
type cramClient struct {
	user, password string
	done           bool
}

// Start implements sasl.Client.
func (c *cramClient) Start() (mech string, ir []byte, err error) {
	return string(AuthCRAMMD5), nil, nil
}

// Next implements sasl.Client.
func (c *cramClient) Next(challenge []byte) ([]byte, error) {
	if c.done {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	c.done = true
	mac := hmac.New(md5.New, []byte(c.password))
	mac.Write(challenge)
	return []byte(c.user + " " + hex.EncodeToString(mac.Sum(nil))), nil
}

// xoauth2Client is Google's XOAUTH2, which Microsoft has taken over. A refusal comes as a challenge with JSON in it, which has to
// be answered with an empty line before the server says NO.
type xoauth2Client struct {
	user, token string
	oauthFailure
}

// Start implements sasl.Client.
func (c *xoauth2Client) Start() (mech string, ir []byte, err error) {
	if strings.Contains(c.user, "\x01") {
		return "", nil, errControl
	}
	return string(AuthXOAUTH2), []byte("user=" + c.user + "\x01auth=Bearer " + c.token + "\x01\x01"), nil
}

// Next implements sasl.Client.
func (c *xoauth2Client) Next(challenge []byte) ([]byte, error) { return nil, c.take(challenge) }

// bearerClient is OAUTHBEARER (RFC 7628). A refusal is a challenge too, answered with one control character (3.2.3).
type bearerClient struct {
	sasl.Client
	user string
	oauthFailure
}

func newBearerClient(cfg Config, token string) *bearerClient {
	name := strings.NewReplacer("=", "=3D", ",", "=2C").Replace(cfg.User) // RFC 5801 section 4, which the library leaves to us
	return &bearerClient{user: cfg.User, Client: sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{
		Username: name, Token: token, Host: cfg.Host, Port: cfg.Port})}
}

// Start implements sasl.Client.
func (c *bearerClient) Start() (mech string, ir []byte, err error) {
	if strings.Contains(c.user, "\x01") {
		return "", nil, errControl
	}
	return c.Client.Start()
}

// Next implements sasl.Client.
func (c *bearerClient) Next(challenge []byte) ([]byte, error) { return []byte{1}, c.take(challenge) }

var errControl = errors.New("the user name contains a control character")

// oauthFailure is what the server says about a token that it does not take.
type oauthFailure struct {
	said  string
	taken bool
}

func (f *oauthFailure) take(challenge []byte) error {
	if f.taken {
		return sasl.ErrUnexpectedServerChallenge
	}
	f.taken = true
	var v struct{ Status, Scope, Error string }
	if !json.Valid(challenge) {
		f.said = fmt.Sprintf("the server says %.200q", challenge)
		return nil
	}
	_ = json.Unmarshal(challenge, &v) // a field of another type stays empty
	var parts []string
	for _, p := range [][2]string{{"status", v.Status}, {"error", v.Error}, {"scope", v.Scope}} {
		if p[1] != "" {
			parts = append(parts, p[0]+" "+p[1])
		}
	}
	f.said = strings.Join(parts, ", ")
	return nil
}

func (f *oauthFailure) explain() string { return f.said }
