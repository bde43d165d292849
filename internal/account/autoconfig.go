package account

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

const (
	// maxConfig is far more than any autoconfig file has, in bytes.
	maxConfig = 256 << 10
	// maxServers bounds how many servers are taken from one source.
	maxServers = 8
	// maxUser is longer than any user name, in bytes.
	maxUser = 320
)

// clientConfig is the part of an autoconfig file that matters
// (https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat).
type clientConfig struct {
	XMLName  xml.Name `xml:"clientConfig"`
	Incoming []struct {
		Type     string   `xml:"type,attr"`
		Hostname string   `xml:"hostname"`
		Port     int      `xml:"port"`
		Socket   string   `xml:"socketType"`
		Username string   `xml:"username"`
		Auth     []string `xml:"authentication"`
	} `xml:"emailProvider>incomingServer"`
}

// parseConfig reads an autoconfig file and gives its IMAP servers in their order. A server that makes no sense is left out; a file
// without any is an error. Entities beyond those of XML itself are refused, and what a document type declares is not read.
func parseConfig(r io.Reader, a address) ([]offer, error) {
	limited := &io.LimitedReader{R: r, N: maxConfig + 1}
	dec := xml.NewDecoder(limited)
	dec.CharsetReader = charset.NewReaderLabel
	var c clientConfig
	err := dec.Decode(&c)
	switch {
	case limited.N <= 0:
		return nil, fmt.Errorf("more than %d bytes", maxConfig)
	case err != nil:
		return nil, fmt.Errorf("no autoconfig file: %w", err)
	}
	var offers []offer
	for _, in := range c.Incoming {
		if !strings.EqualFold(in.Type, "imap") || len(offers) == maxServers {
			continue
		}
		host, err := hostName(a.fill(strings.TrimSpace(in.Hostname)))
		security, known := socketTypes[strings.ToUpper(strings.TrimSpace(in.Socket))]
		if err != nil || !known || in.Port < 1 || in.Port > 65535 {
			continue
		}
		o := offer{host: host, port: in.Port, security: security, user: a.userName(strings.TrimSpace(in.Username))}
		o.tokenOnly = len(in.Auth) > 0 && !slices.ContainsFunc(in.Auth, func(m string) bool { return strings.TrimSpace(m) != "OAuth2" })
		offers = append(offers, o)
	}
	if len(offers) == 0 {
		return nil, errors.New("it names no IMAP server")
	}
	return offers, nil
}

var socketTypes = map[string]imapconn.Security{"SSL": imapconn.Implicit, "STARTTLS": imapconn.StartTLS, "PLAIN": imapconn.None}

// fill puts the address into a text of an autoconfig file.
func (a address) fill(text string) string {
	return strings.NewReplacer("%EMAILADDRESS%", a.whole, "%EMAILLOCALPART%", a.local, "%EMAILDOMAIN%", a.domain).Replace(text)
}

// userName is the user name by its form, or the address where the form makes no sense.
func (a address) userName(form string) string {
	name := a.fill(form)
	if name == "" || len(name) > maxUser || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7F }) {
		return a.whole
	}
	return name
}
