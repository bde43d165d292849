package account

import (
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

var bob = address{whole: "bob@example.test", local: "bob", domain: "example.test"}

const imapServer = `<incomingServer type="imap"><hostname>imap.example.test</hostname><port>993</port><socketType>SSL</socketType>` +
	`<username>%EMAILLOCALPART%</username></incomingServer>`

func config(servers string) string {
	return `<clientConfig version="1.1"><emailProvider id="x">` + servers + `</emailProvider></clientConfig>`
}

func TestParseConfig(t *testing.T) {
	tests := []struct {
		name, text string
		want       int
		err        string
	}{
		{"one", config(imapServer), 1, ""},
		{"Latin 1", `<?xml version="1.0" encoding="ISO-8859-1"?>` + strings.Replace(config(imapServer), "<emailProvider", "<!-- Gr\xfc\xdfe --><emailProvider", 1), 1, ""},
		{"a name that needs encoding", config(strings.Replace(imapServer, "imap.example", "imap.bücher", 1)), 1, ""},
		{"no server", config(""), 0, "no IMAP server"},
		{"POP only", config(strings.Replace(imapServer, `"imap"`, `"pop3"`, 1)), 0, "no IMAP server"},
		{"an address of numbers", config(strings.Replace(imapServer, "imap.example.test", "127.0.0.1", 1)), 0, "no IMAP server"},
		{"no name", config(strings.Replace(imapServer, "imap.example.test", "im ap", 1)), 0, "no IMAP server"},
		{"no port", config(strings.Replace(imapServer, "993", "0", 1)), 0, "no IMAP server"},
		{"a port beyond", config(strings.Replace(imapServer, "993", "65536", 1)), 0, "no IMAP server"},
		{"a socket that nobody knows", config(strings.Replace(imapServer, "SSL", "magic", 1)), 0, "no IMAP server"},
		{"many", config(strings.Repeat(imapServer, 100)), maxServers, ""},
		{"endless", config(strings.Repeat(imapServer, 5000)), 0, "more than"},
		{"another page", "<html><body>Not found</body></html>", 0, "no autoconfig file"},
		{"entities", `<!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>` + strings.Replace(config(imapServer), "imap.example.test", "&b;", 1), 0, "no autoconfig file"},
		{"an external entity", `<!DOCTYPE c [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + strings.Replace(config(imapServer), "imap.example.test", "&a;", 1), 0, "no autoconfig file"},
		{"deep", strings.Repeat("<a>", 50000), 0, "no autoconfig file"},
		{"nothing", "", 0, "no autoconfig file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseConfig(strings.NewReader(tt.text), bob)
			if len(got) != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%d servers, %v", len(got), err)
			}
			if tt.want > 0 && (got[0].port != 993 || got[0].security != imapconn.Implicit || got[0].user != "bob") {
				t.Errorf("got %+v", got[0])
			}
		})
	}
}

// Whatever a file says, its servers are ones that can be connected to and user names that can be shown and sent.
func FuzzParseConfig(f *testing.F) {
	f.Add(config(imapServer))
	f.Add(`<?xml version="1.0" encoding="utf-16"?>` + config(imapServer))
	f.Add(config(strings.Replace(imapServer, "%EMAILLOCALPART%", "a&#x1;b\n", 1)))
	f.Fuzz(func(t *testing.T, text string) {
		offers, err := parseConfig(strings.NewReader(text), bob)
		if (err == nil) != (len(offers) > 0) || len(offers) > maxServers {
			t.Fatalf("%d servers, %v", len(offers), err)
		}
		for _, o := range offers {
			if host, err := hostName(o.host); err != nil || host != o.host {
				t.Errorf("host %q: %v", o.host, err)
			}
			if o.port < 1 || o.port > 65535 || o.user == "" || len(o.user) > maxUser || strings.ContainsAny(o.user, "\x00\r\n\x7f") {
				t.Errorf("got %+v", o)
			}
		}
	})
}

// The table can be read, and whoever edits it did not forget anything.
func TestProviders(t *testing.T) {
	if len(providers()) < 50 {
		t.Fatalf("only %d providers: the table cannot be read", len(providers()))
	}
	seen := map[string]string{}
	once := func(what, name, id string) {
		if seen[what+name] != "" {
			t.Errorf("%s %s is of %s and %s", what, name, seen[what+name], id)
		}
		seen[what+name] = id
	}
	for _, p := range providers() {
		once("id", p.ID, p.ID)
		if p.Name == "" || len(p.Domains)+len(p.MX) == 0 {
			t.Errorf("%s has no name, or nothing to know it by", p.ID)
		}
		for _, d := range p.Domains {
			once("domain", d, p.ID)
		}
		for _, d := range p.MX {
			once("mx", d, p.ID)
		}
		for _, name := range append(append([]string(nil), p.Domains...), p.MX...) {
			if h, err := hostName(name); err != nil || h != name {
				t.Errorf("%s: %q is no domain", p.ID, name)
			}
		}
		for _, s := range p.Servers {
			if h, err := hostName(s.Host); s.Host != "{mx}" && (err != nil || h != s.Host) || s.Port != 993 && s.Port != 143 {
				t.Errorf("%s: %+v", p.ID, s)
			}
		}
		if p.TakesPasswords() == p.Takes(ByOAuth) && len(p.SignIn) == 1 || p.Takes(ByOAuth) != (p.OAuth != "") ||
			p.Takes(ByAppPassword) != strings.HasPrefix(p.AppPasswordURL, "https://") {
			t.Errorf("%s: how to sign in does not fit together", p.ID)
		}
		if len(p.Servers) == 0 && p.Note == "" {
			t.Errorf("%s: no server, and no word why", p.ID)
		}
	}
}

func TestProviderOf(t *testing.T) {
	id := func(p *Provider) string {
		if p == nil {
			return ""
		}
		return p.ID
	}
	for address, want := range map[string]string{"a@WEB.de": "web-de", "a@gmail.com.": "gmail", "a@example.test": "", "nobody": ""} {
		if got := id(ProviderOfAddress(address)); got != want {
			t.Errorf("%s is of %q", address, got)
		}
	}
	for host, want := range map[string]string{"imap.gmx.net": "gmx", "IMAP.gmail.com.": "gmail", "outlook.office365.com": "microsoft-365",
		"w1.kasserver.com": "all-inkl", "notgmail.com": ""} {
		if got := id(ProviderOfHost(host)); got != want {
			t.Errorf("%s is of %q", host, got)
		}
	}
	for host, want := range map[string]string{"mx-aol.mail.gm0.yahoodns.net": "aol", "mta5.am0.yahoodns.net": "yahoo", "alt1.aspmx.l.google.com": "gmail",
		"x.mail.protection.outlook.com": "microsoft-365", "outlook-com.olc.protection.outlook.com": "outlook-com", "mx00.kundenserver.de": "ionos"} {
		if got := id(providerOfMX(host)); got != want {
			t.Errorf("%s is of %q", host, got)
		}
	}
}
