package oauth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pst2imap/pst2imap/internal/account/accounttest"
	"github.com/pst2imap/pst2imap/internal/account/oauth"
)

const issuer = "https://login.example.test"

// direct is a client that needs no network: requests go to the handler.
func direct(h http.Handler) *http.Client {
	return &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result(), nil
	})}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func server(device bool) *oauth.Server {
	s := &oauth.Server{Name: "example", AuthURL: issuer + "/authorize", TokenURL: issuer + "/token", Scopes: []string{"mail"}, MailScope: "mail"}
	if device {
		s.DeviceURL = issuer + "/device"
	}
	return s
}

// world is a server, and a browser that goes where the person is asked to.
type world struct {
	*accounttest.OAuth
	*oauth.SignIn
	kept    []string
	visited []string
	browser sync.WaitGroup
}

func newWorld(t *testing.T, device []string) *world {
	w := &world{OAuth: &accounttest.OAuth{Issuer: issuer, ClientID: "id", Secret: "client-secret", Lifetime: time.Hour, Device: device}}
	client := direct(w.OAuth)
	w.SignIn = &oauth.SignIn{Server: server(device != nil), Client: oauth.Client{ID: "id", Secret: "client-secret"}, User: "anna@example.test", HTTP: client,
		Keep: func(s string) { w.kept = append(w.kept, s) },
		Visit: func(page, code string) {
			w.visited = append(w.visited, page+" "+code)
			if code == "" {
				w.browser.Go(func() { follow(t, client, page, nil) })
			}
		}}
	t.Cleanup(w.browser.Wait)
	return w
}

// follow is a browser: the page is one of the server, where it leads to is on the loopback interface. change may tamper with that.
func follow(t *testing.T, client *http.Client, page string, change func(*url.URL)) int {
	req, err := http.NewRequest(http.MethodGet, page, http.NoBody)
	if err != nil {
		t.Error(err)
		return 0
	}
	resp, err := client.Transport.RoundTrip(req)
	if err != nil {
		t.Error(err)
		return 0
	}
	back, err := resp.Location()
	if err != nil {
		t.Errorf("%s: %v", page, err)
		return 0
	}
	if change != nil {
		change(back)
	}
	resp, err = http.Get(back.String())
	if err != nil {
		t.Error(err)
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

func TestBrowser(t *testing.T) {
	w := newWorld(t, nil)
	tokens, err := w.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := tokens.Access()
	if given := w.Given(); err != nil || len(given) != 1 || got != given[0] {
		t.Errorf("got %q, %v", got, err)
	}
	page, err := url.Parse(strings.TrimSpace(w.visited[0]))
	if err != nil || page.Query().Get("login_hint") != "anna@example.test" || page.Query().Get("scope") != "mail" {
		t.Errorf("the person is sent to %s, %v", page, err)
	}
	if strings.Contains(w.visited[0], "client-secret") || len(w.kept) != 1 || !tokens.Refreshable() {
		t.Errorf("visited %q, kept %q", w.visited, w.kept)
	}
}

func reasonOf(err error) string {
	var e *oauth.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	return [...]string{"failed", "denied", "expired", "revoked", "client", "not for mail", "network"}[e.Reason]
}

func TestBrowserRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*world)
		want    string
	}{
		"the person says no":        {func(w *world) { w.Deny = true }, "denied"},
		"mail was unticked":         {func(w *world) { w.Scope = "openid profile" }, "not for mail"},
		"another client":            {func(w *world) { w.Secret = "other" }, "client"},
		"the server cannot be seen": {func(w *world) { w.Server.TokenURL = "https://localhost:1/token"; w.HTTP = &http.Client{} }, "network"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			c.prepare(w)
			_, err := w.Run(t.Context())
			if reasonOf(err) != c.want || strings.Contains(err.Error(), "planted-") || strings.Contains(err.Error(), "client-secret") || len(w.kept) > 0 {
				t.Errorf("got %v, kept %q", err, w.kept)
			}
		})
	}
}

// What comes without the state, or elsewhere, is not the answer; the right one that follows is. A code that somebody else got has a
// verifier of theirs.
func TestBrowserState(t *testing.T) {
	w := newWorld(t, nil)
	w.Visit = func(page, _ string) {
		for name, change := range map[string]func(*url.URL){
			"state": func(u *url.URL) { q := u.Query(); q.Set("state", "guess"); u.RawQuery = q.Encode() },
			"none":  func(u *url.URL) { u.RawQuery = "code=x" },
			"path":  func(u *url.URL) { u.Path = "/other" },
			"empty": func(u *url.URL) { q := u.Query(); q.Del("code"); u.RawQuery = q.Encode() },
		} {
			if status := follow(t, w.HTTP, page, change); status != http.StatusBadRequest {
				t.Errorf("%s: status %d", name, status)
			}
		}
		w.browser.Go(func() { follow(t, w.HTTP, page, nil) })
	}
	if _, err := w.Run(t.Context()); err != nil {
		t.Error(err)
	}

	w = newWorld(t, nil)
	w.Visit = func(page, _ string) {
		other, _ := url.Parse(page)
		q := other.Query()
		q.Set("code_challenge", "somebody-elses")
		other.RawQuery = q.Encode()
		w.browser.Go(func() { follow(t, w.HTTP, other.String(), nil) })
	}
	if _, err := w.Run(t.Context()); reasonOf(err) != "revoked" {
		t.Errorf("got %v", err)
	}
}

func TestBrowserEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := newWorld(t, nil)
	w.Visit = func(string, string) { cancel() }
	if _, err := w.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// The server says how often it may be asked (RFC 8628 3.5).
func TestDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, []string{"authorization_pending", "slow_down", "authorization_pending"})
		tokens, err := w.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := tokens.Access(); err != nil || got != w.Given()[0] {
			t.Errorf("got %q, %v", got, err)
		}
		if len(w.visited) != 1 || w.visited[0] != issuer+"/activate WDJB-MJHT" {
			t.Errorf("shown %q", w.visited)
		}
		polls := w.Polls()
		if len(polls) != 4 || polls[1].Sub(polls[0]) != time.Second || polls[2].Sub(polls[1]) != 6*time.Second || polls[3].Sub(polls[2]) != 6*time.Second {
			t.Errorf("asked at %v", polls)
		}
	})
}

func TestDeviceRefusals(t *testing.T) {
	for answer, want := range map[string]string{"access_denied": "denied", "authorization_declined": "denied", "expired_token": "expired",
		"unauthorized_client": "client", "server_error": "failed"} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, []string{"authorization_pending", answer})
			if _, err := w.Run(t.Context()); reasonOf(err) != want || !strings.Contains(err.Error(), "AADSTS70000: "+answer) {
				t.Errorf("%s: %v", answer, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, strings.Fields(strings.Repeat("authorization_pending ", 2000)))
		start := time.Now()
		if _, err := w.Run(t.Context()); reasonOf(err) != "expired" || time.Since(start) != 15*time.Minute {
			t.Errorf("nobody typed it in: %v after %v", err, time.Since(start))
		}
	})
}

// A long run gets new tokens before the old ones end, keeps each new refresh token, and says so when it is no longer welcome.
func TestRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, []string{})
		tokens, err := w.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var seen []string
		for range 4 {
			got, err := tokens.Access()
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, got)
			time.Sleep(59 * time.Minute)
		}
		if given := w.Given(); len(given) != 4 || strings.Join(given, " ") != strings.Join(seen, " ") || len(w.kept) != 4 {
			t.Errorf("given %q, used %q, kept %q", given, seen, w.kept)
		}
		resumed, err := w.Resume(t.Context(), w.kept[3])
		if err != nil {
			t.Fatal(err)
		}
		if again, err := resumed.Access(); err != nil || again != w.Given()[4] {
			t.Errorf("resumed: %q, %v", again, err)
		}
		w.Revoke()
		time.Sleep(2 * time.Hour)
		for _, err := range []error{second(resumed.Access()), third(w.Resume(t.Context(), w.kept[4]))} {
			if reasonOf(err) != "revoked" || strings.Contains(err.Error(), "planted-") {
				t.Errorf("after revocation: %v", err)
			}
		}
	})
}

func second(_ string, err error) error       { return err }
func third(_ *oauth.Tokens, err error) error { return err }

func TestDiscoverServer(t *testing.T) {
	good := &accounttest.OAuth{Issuer: issuer, Device: []string{}}
	s, err := oauth.Discover(t.Context(), direct(good), issuer+"/")
	if err != nil || s.TokenURL != issuer+"/token" || s.DeviceURL != issuer+"/device" || strings.Join(s.Scopes, " ") != "openid offline_access" {
		t.Errorf("got %+v, %v", s, err)
	}
	for name, bad := range map[string]*accounttest.OAuth{
		"another issuer": {Issuer: "https://evil.test"},
		"plain text":     {Issuer: "http://login.example.test"},
	} {
		if _, err := oauth.Discover(t.Context(), direct(bad), issuer); err == nil {
			t.Errorf("%s is believed", name)
		}
	}
	if _, err := oauth.Discover(t.Context(), direct(good), "http://login.example.test"); err == nil {
		t.Error("plain text is asked")
	}
}

func TestNamed(t *testing.T) {
	for name, want := range map[string]string{"google": "https://oauth2.googleapis.com/token", "microsoft": "https://login.microsoftonline.com/common/oauth2/v2.0/token",
		"microsoft/example.org": "https://login.microsoftonline.com/example.org/oauth2/v2.0/token", "microsoft/a/b": "", "yahoo": ""} {
		s, ok := oauth.Named(name)
		if ok != (want != "") || ok && s.TokenURL != want {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestReadClient(t *testing.T) {
	for text, want := range map[string]string{
		`{"installed":{"client_id":"a","client_secret":"b","redirect_uris":["http://localhost"]}}`: "a b",
		`{"client_id":"a"}`: "a ", `{"web":{"client_id":"a"}}`: "", `[]`: "", ``: "", `{"client_id":5}`: "",
	} {
		c, err := oauth.ReadClient(strings.NewReader(text))
		if (err == nil) != (want != "") || err == nil && c.ID+" "+c.Secret != want {
			t.Errorf("%s: %+v, %v", text, c, err)
		}
	}
}
