// Package account finds the IMAP server of an e-mail address, and says what its provider wants for signing in.
//
// [Discover] looks into a table of providers that is part of the program, asks the address's domain (autoconfig files, SRV and MX
// records) and Mozilla's ISPDB, and guesses; then it connects to what it found, without signing in, to see which of it works. The
// result says where each server was learned from and what was asked of whom. What others say is hostile until it was checked:
// configuration comes over HTTPS only, is bounded, and a server that nothing but an unprotected DNS answer names is marked.
package account
