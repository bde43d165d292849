package imapconn

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
)

// TLSReason says what is wrong with TLS.
type TLSReason int

// The reasons of a [TLSError].
const (
	TLSOther      TLSReason = iota // handshake failed otherwise
	TLSUntrusted                   // issuer not known
	TLSExpired                     // expired or not yet valid
	TLSWrongName                   // certificate is for another host
	TLSNotSpoken                   // the server does not speak TLS on this port
	TLSNoStartTLS                  // the server does not offer, or refuses, STARTTLS
)

// TLSError means that no protected connection could be made. Nothing that is secret was sent.
type TLSError struct {
	Addr    string
	Reason  TLSReason
	Issuers []string // who issued the certificates that were shown, as far as they were not accepted
	Names   []string // host names that the certificate is for, with TLSWrongName
	Err     error
}

// Error implements error.
func (e *TLSError) Error() string { return "start TLS (" + e.Addr + "): " + e.Err.Error() }

// Unwrap returns the cause.
func (e *TLSError) Unwrap() error { return e.Err }

// shown fills in what the certificates say that were not accepted.
func (e *TLSError) shown() *TLSError {
	var verification *tls.CertificateVerificationError
	if errors.As(e.Err, &verification) {
		for _, c := range verification.UnverifiedCertificates {
			e.Issuers = append(e.Issuers, nameOf(c.Issuer))
		}
	}
	var name x509.HostnameError
	if errors.As(e.Err, &name) && name.Certificate != nil {
		e.Names = append(e.Names, name.Certificate.DNSNames...)
	}
	return e
}

func tlsReasonOf(err error) TLSReason {
	var record tls.RecordHeaderError
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var verification *tls.CertificateVerificationError
	switch {
	case errors.As(err, &record):
		return TLSNotSpoken
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return TLSExpired
	case errors.As(err, &name):
		return TLSWrongName
	case errors.As(err, &unknown), errors.As(err, &verification):
		return TLSUntrusted
	}
	return TLSOther
}
