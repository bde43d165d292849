package main

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/pst2imap/pst2imap/internal/account/accounttest"
)

// netVariable has the test's Internet for the program, as JSON.
const netVariable = "PST2IMAP_TEST_NETWORK"

// programOnTestNetwork is the program, in the test's Internet if there is one.
func programOnTestNetwork() {
	if text := os.Getenv(netVariable); text != "" {
		var m accounttest.Map
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			panic(err)
		}
		network.dialer, network.resolver = m.Dial, m.Resolver()
	}
	main()
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
