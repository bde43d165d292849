package main

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/pst2imap/pst2imap/internal/account/accounttest"
	"github.com/pst2imap/pst2imap/internal/account/keyring"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

// netVariable has the test's Internet for the program, as JSON.
const netVariable = "PST2IMAP_TEST_NETWORK"

// keyringVariable names the file that stands for the system's keyring.
const keyringVariable = "PST2IMAP_TEST_KEYRING"

// programOnTestNetwork is the program, in the test's Internet if there is one and with the test's keyring.
func programOnTestNetwork() {
	if path := os.Getenv(keyringVariable); path != "" {
		keyrings = fileKeyring(path)
	}
	if os.Getenv(netVariable) != "" {
		m := testNetwork()
		network.dialer, network.resolver = m.Dial, m.Resolver()
		if os.Getenv("DISPLAY") == "" { // else the system's browser is asked
			network.browser = func(page string) { go browse(m)(page) }
		}
	}
	main()
}

func testNetwork() (m accounttest.Map) {
	if err := json.Unmarshal([]byte(os.Getenv(netVariable)), &m); err != nil {
		panic(err)
	}
	return m
}

// browse is a browser whose person is asked nothing: the OAuth server of the test decides.
func browse(m accounttest.Map) func(page string) {
	client := &http.Client{Transport: &http.Transport{DialContext: m.Dial, TLSClientConfig: &tls.Config{RootCAs: webCAs("net.pem")}}}
	return func(page string) {
		if resp, err := client.Get(page); err == nil {
			_ = resp.Body.Close()
		}
	}
}

// fileKeyring is a keyring that several processes of a test share: a file.
type fileKeyring string

func (f fileKeyring) read() (map[string]keyring.Record, error) {
	m := map[string]keyring.Record{}
	b, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	return m, err
}

func (f fileKeyring) change(do func(map[string]keyring.Record)) error {
	m, err := f.read()
	if err != nil {
		return err
	}
	do(m)
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return os.WriteFile(string(f), b, 0o600)
}

// Set implements keyring.Store.
func (f fileKeyring) Set(name string, r keyring.Record) error {
	return f.change(func(m map[string]keyring.Record) { m[name] = r })
}

// Get implements keyring.Store.
func (f fileKeyring) Get(name string) (keyring.Record, error) {
	m, err := f.read()
	if r, ok := m[name]; ok || err != nil {
		return r, err
	}
	return keyring.Record{}, keyring.ErrNone
}

// Delete implements keyring.Store.
func (f fileKeyring) Delete(name string) error {
	if _, err := f.Get(name); err != nil {
		return err
	}
	return f.change(func(m map[string]keyring.Record) { delete(m, name) })
}

// cmdOAuth starts a server that gives access tokens, in the place of a host of the test's Internet; see accounttest.OAuth.
//
// The client is that of the script's client.json.
//
//	oauth HOST [browser] [deny] [LIFETIME] [ERROR...]     the errors are what polls are answered with first
//	oauth revoke                                          the refresh tokens are worth nothing any more
//	oauth given N                                         at least N access tokens were given
func cmdOAuth(ts *testscript.TestScript, _ bool, args []string) {
	h := hostOf(ts)
	if len(args) == 1 && args[0] == "revoke" {
		h.oauth.Revoke()
		return
	}
	if len(args) == 2 && args[0] == "given" {
		if n, err := strconv.Atoi(args[1]); err != nil || len(h.oauth.Given()) < n {
			ts.Fatalf("%d access tokens were given", len(h.oauth.Given()))
		}
		return
	}
	if len(args) == 0 || h.net == nil {
		ts.Fatalf("usage: oauth HOST [browser] [deny] [LIFETIME] [ERROR...]")
	}
	o := &accounttest.OAuth{Issuer: "https://" + args[0], Lifetime: time.Hour, Device: []string{}, User: imaptest.User}
	client, err := readClient(ts.MkAbs("client.json"))
	ts.Check(err)
	o.ClientID, o.Secret = client.ID, client.Secret
	for _, a := range args[1:] {
		switch lifetime, err := time.ParseDuration(a); {
		case err == nil:
			o.Lifetime = lifetime
		case a == "browser":
			o.Device = nil
		case a == "deny":
			o.Deny = true
		default:
			o.Device = append(o.Device, a)
		}
	}
	h.oauth = o
	h.net.Web(args[0], o)
	ts.Setenv(netVariable, h.net.Map().JSON())
}

// takesTokens lets Dovecot ask the OAuth server about access tokens.
func takesTokens(ts *testscript.TestScript) imaptest.Option {
	h := hostOf(ts)
	if h.oauth == nil {
		ts.Fatalf("the server takes tokens of an OAuth server that was started before it")
	}
	s := httptest.NewServer(h.oauth)
	ts.Defer(s.Close)
	conf := ts.MkAbs("dovecot-oauth2.conf")
	ts.Check(os.WriteFile(conf, []byte("introspection_url = "+s.URL+"/introspect?token=\nintrospection_mode = get\n"+
		"username_attribute = username\nactive_attribute = active\nactive_value = true\n"), 0o644))
	return imaptest.Config("auth_mechanisms = plain login xoauth2 oauthbearer",
		"passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = "+conf+"\n}")
}

// cmdNet makes an Internet and adds to it:
//
//	net new HOST...              with a certificate for the hosts, which goes to net.pem
//	net mx DOMAIN HOST           host receives the domain's mail
//	net srv NAME HOST PORT       an SRV record
//	net web HOST PATH FILE       a web server with one file
//	net imap HOST PORT           the running server, protected by TLS, in the place of host and port
func cmdNet(ts *testscript.TestScript, _ bool, args []string) {
	h := hostOf(ts)
	if len(args) < 2 || h.net == nil && args[0] != "new" {
		ts.Fatalf("usage: net new|mx|srv|web|imap ARG...")
	}
	number := func(text string) int {
		n, err := strconv.ParseUint(text, 10, 16)
		ts.Check(err)
		return int(n)
	}
	switch args[0] {
	case "new":
		h.net = accounttest.New(scriptT{h.t, ts}, args[1:]...)
		ts.Check(os.WriteFile(ts.MkAbs("net.pem"), h.net.CertPEM, 0o600))
	case "mx":
		h.net.MX(args[1], args[2])
	case "srv":
		h.net.SRV(args[1], args[2], uint16(number(args[3])))
	case "web":
		text := ts.ReadFile(args[3])
		h.net.Web(args[1], http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != args[2] {
				http.NotFound(w, r)
				return
			}
			_, _ = w.Write([]byte(text))
		}))
	case "imap":
		h.net.Protect(args[1], number(args[2]), net.JoinHostPort(ts.Getenv("HOST"), ts.Getenv("PORT")))
	default:
		ts.Fatalf("net knows no %q", args[0])
	}
	ts.Setenv(netVariable, h.net.Map().JSON())
}
