package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

// maxAnswer is more than any answer of a server here has, in bytes.
const maxAnswer = 1 << 20

// Server is who gives tokens.
type Server struct {
	Name      string // as [Named] takes it
	AuthURL   string // where the person says yes (RFC 6749 3.1)
	TokenURL  string // RFC 6749 3.2
	DeviceURL string // RFC 8628 3.1; "" if it has none
	Scopes    []string
	MailScope string // the one of them without which there is no mail; "" if that is not known
	// Params are further parameters of the first request.
	Params map[string]string
}

// The scopes for IMAP, by the providers' own documentation.
const (
	googleMail    = "https://mail.google.com/"
	microsoftMail = "https://outlook.office.com/IMAP.AccessAsUser.All"
)

// googleParams ask for a refresh token each time, not only the first.
var googleParams = map[string]string{"access_type": "offline", "prompt": "consent"}

// Named gives "google", "microsoft" or "microsoft/TENANT". Microsoft has the code in the browser, since Google does not allow mail by it.
func Named(name string) (*Server, bool) {
	kind, tenant, _ := strings.Cut(name, "/")
	switch {
	case name == "google":
		return &Server{Name: name, AuthURL: "https://accounts.google.com/o/oauth2/v2/auth", TokenURL: "https://oauth2.googleapis.com/token", //nolint:gosec // addresses, no secrets
			Scopes: []string{googleMail}, MailScope: googleMail, Params: googleParams}, true
	case kind == "microsoft" && !strings.Contains(tenant, "/"):
		if tenant == "" {
			tenant = "common"
		}
		base := "https://login.microsoftonline.com/" + url.PathEscape(tenant) + "/oauth2/v2.0/"
		return &Server{Name: name, AuthURL: base + "authorize", TokenURL: base + "token", DeviceURL: base + "devicecode",
			Scopes: []string{microsoftMail, "offline_access"}, MailScope: microsoftMail}, true
	}
	return nil, false
}

// Discover asks an issuer for its addresses (OpenID Connect Discovery 1.0 section 4, RFC 8414). All of them have to be https.
func Discover(ctx context.Context, client *http.Client, issuer string) (*Server, error) {
	where := strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration"
	if err := protected(where); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, where, http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: the answer is %s", where, resp.Status)
	}
	var v struct {
		Issuer string   `json:"issuer"`
		Auth   string   `json:"authorization_endpoint"`
		Token  string   `json:"token_endpoint"`
		Device string   `json:"device_authorization_endpoint"`
		Scopes []string `json:"scopes_supported"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&v); err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	if strings.TrimSuffix(v.Issuer, "/") != strings.TrimSuffix(issuer, "/") { // RFC 8414 3.3
		return nil, fmt.Errorf("%s speaks for another issuer, %.100q", where, v.Issuer)
	}
	s := &Server{Name: issuer, AuthURL: v.Auth, TokenURL: v.Token, DeviceURL: v.Device}
	for _, scope := range v.Scopes {
		if scope == "offline_access" || scope == "openid" {
			s.Scopes = append(s.Scopes, scope)
		}
	}
	addresses := []string{s.AuthURL, s.TokenURL}
	if s.DeviceURL != "" {
		addresses = append(addresses, s.DeviceURL)
	}
	for _, u := range addresses {
		if err := protected(u); err != nil {
			return nil, fmt.Errorf("%s: %w", where, err)
		}
	}
	return s, nil
}

func protected(link string) error {
	if u, err := url.Parse(link); err != nil || u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%.200q is not an https address", link)
	}
	return nil
}

// Client is this program as a server knows it. A program that everybody has cannot keep a secret; Google gives one all the same.
type Client struct{ ID, Secret string }

// ReadClient reads a client from JSON: the file that Google's console offers, or {"client_id", "client_secret"}.
func ReadClient(r io.Reader) (Client, error) {
	type fields struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	var v struct {
		fields
		Installed fields `json:"installed"`
	}
	if err := json.NewDecoder(io.LimitReader(r, maxAnswer)).Decode(&v); err != nil {
		return Client{}, fmt.Errorf("not the JSON of an OAuth client: %w", err)
	}
	c := Client(v.fields)
	if c.ID == "" {
		c = Client(v.Installed)
	}
	if c.ID == "" {
		return Client{}, errors.New(`no "client_id" in it; for Google the client must be a desktop app`)
	}
	return c, nil
}

func (s *Server) config(c Client, redirect string) *oauth2.Config {
	return &oauth2.Config{ClientID: c.ID, ClientSecret: c.Secret, RedirectURL: redirect, Scopes: s.Scopes,
		Endpoint: oauth2.Endpoint{AuthURL: s.AuthURL, TokenURL: s.TokenURL, DeviceAuthURL: s.DeviceURL, AuthStyle: oauth2.AuthStyleInParams}}
}
