package account

import (
	"fmt"
	"net"
	"regexp"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// maxAddress is the longest e-mail address in bytes (RFC 5321 4.5.3.1).
const maxAddress = 254

// address is an e-mail address in two parts.
type address struct {
	whole  string // as it was written, without blanks around it
	local  string
	domain string // in lower case, in the ASCII form of DNS (RFC 5890)
}

func parseAddress(text string) (address, error) {
	text = strings.TrimSpace(text)
	at := strings.LastIndexByte(text, '@')
	switch {
	case at <= 0 || at == len(text)-1:
		return address{}, fmt.Errorf("%q is not an e-mail address", text)
	case len(text) > maxAddress:
		return address{}, fmt.Errorf("an e-mail address has no more than %d bytes", maxAddress)
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7F }):
		return address{}, fmt.Errorf("%q has a blank or control character in it", text)
	}
	domain, err := hostName(text[at+1:])
	if err != nil {
		return address{}, fmt.Errorf("%q is not an e-mail address: %w", text, err)
	}
	return address{whole: text, local: text[:at], domain: domain}, nil
}

// IsAddress tells whether text is an e-mail address with a domain that can be looked up.
func IsAddress(text string) bool {
	_, err := parseAddress(text)
	return err == nil
}

var hostForm = regexp.MustCompile(`^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// hostName checks a host name of at least two labels and gives its ASCII form in lower case. An address of numbers is none: no
// public certificate is for it.
func hostName(name string) (string, error) {
	name = strings.TrimSuffix(name, ".")
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil {
		ascii = name // a "_" in a name, as some hosts have it
	}
	ascii = strings.ToLower(ascii)
	if len(ascii) > 253 || !hostForm.MatchString(ascii) || net.ParseIP(ascii) != nil {
		return "", fmt.Errorf("%.80q is not a host name", name)
	}
	return ascii, nil
}

// registered is the part of a host name that somebody registered: example.co.uk for mail.example.co.uk.
func registered(host string) string {
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return domain
}

// within tells whether host is domain or below it.
func within(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// SameHost tells whether two host names are the same to DNS.
func SameHost(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, "."), strings.TrimSuffix(b, "."))
}
