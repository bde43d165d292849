package imapconn

import (
	"crypto/tls"
	"crypto/x509/pkix"
	"strings"
	"time"
)

// TLSInfo says how a connection is protected and by whose certificate.
type TLSInfo struct {
	Version  string    // "TLS 1.3"
	Cipher   string    // cipher suite, IANA's name
	Subject  string    // whom the certificate is for
	Issuer   string    // who issued it
	Names    []string  // host names and addresses it is valid for
	NotAfter time.Time // until when
}

// tlsInfo describes the connection, nil for plain text.
func (s *signIn) tlsInfo() *TLSInfo {
	conn, ok := s.conn.(*tls.Conn)
	if !ok {
		return nil
	}
	state := conn.ConnectionState()
	info := &TLSInfo{Version: tls.VersionName(state.Version), Cipher: tls.CipherSuiteName(state.CipherSuite)}
	if len(state.PeerCertificates) == 0 {
		return info
	}
	leaf := state.PeerCertificates[0]
	info.Subject, info.Issuer, info.NotAfter = nameOf(leaf.Subject), nameOf(leaf.Issuer), leaf.NotAfter
	info.Names = append(info.Names, leaf.DNSNames...)
	for _, ip := range leaf.IPAddresses {
		info.Names = append(info.Names, ip.String())
	}
	return info
}

// nameOf is what people call the owner of a certificate.
func nameOf(n pkix.Name) string {
	parts := append([]string(nil), n.Organization...)
	if n.CommonName != "" {
		parts = append(parts, n.CommonName)
	}
	return strings.Join(parts, ", ")
}
