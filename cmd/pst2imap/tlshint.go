package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// tlsHint says what helps where no protected connection could be made.
func tlsHint(e *imapconn.TLSError) string {
	if shield := shieldOf(e.Issuers); shield != "" {
		return shield + " on this computer is in the way: switch its mail shield (scanning of encrypted mail) off, or except this program from it"
	}
	switch e.Reason {
	case imapconn.TLSUntrusted:
		return "give the issuer's certificate with --ca-file; an antivirus mail shield on this computer can cause this too"
	case imapconn.TLSExpired:
		return "is the clock of this computer right? otherwise the server's certificate has to be renewed"
	case imapconn.TLSWrongName:
		return wrongNameHint(e)
	case imapconn.TLSNotSpoken:
		return "this port may want --tls starttls (usually port 143)"
	case imapconn.TLSNoStartTLS:
		return "try --tls implicit (usually port 993)"
	}
	return "try the other way of --tls, or ask the provider"
}

// maxNames is how many names of a certificate fit into a hint.
const maxNames = 4

// wrongNameHint names what the certificate is for: at many hosts it is the name of the machine that one has to use. Whoever is in the
// way could have written it, so a person has to judge.
func wrongNameHint(e *imapconn.TLSError) string {
	if len(e.Names) == 0 {
		return "use the host name that the provider documents; the certificate is for another one"
	}
	names := strings.Join(e.Names[:min(len(e.Names), maxNames)], ", ")
	return fmt.Sprintf("the certificate is for %s: if that is your provider's, use it with --host", clean(names))
}

// shields are programs that put themselves between a mail program and its server, by a word of the names in their certificates.
var shields = []struct{ word, name string }{
	{"avast", "Avast"}, {"avg ", "AVG"}, {"kaspersky", "Kaspersky"}, {"eset ", "ESET"}, {"bitdefender", "Bitdefender"},
	{"avira", "Avira"}, {"dr.web", "Dr.Web"}, {"g data", "G DATA"}, {"f-secure", "F-Secure"}, {"sophos", "Sophos"},
	{"norton", "Norton"}, {"mcafee", "McAfee"}, {"panda ", "Panda"}, {"trend micro", "Trend Micro"}, {"fortinet", "Fortinet"},
}

// shieldOf names the program that the certificates' issuers are of, if they are of one.
func shieldOf(issuers []string) string {
	for _, s := range shields {
		if slices.ContainsFunc(issuers, func(name string) bool { return strings.Contains(strings.ToLower(name)+" ", s.word) }) {
			return s.name
		}
	}
	return ""
}
