// Package contract has the tests that every IMAP server of package imaptest has to pass together with the whole program: what
// holds on one server only is no contract.
package contract
