// Package vcard writes contacts and distribution lists of a data file as vCards:
// version 3.0 (RFC 2426), or 4.0 (RFC 6350) for who asks for it. Which property
// goes where is a table of its own for each part of a card; the names of rules in
// comments and warnings (M50) are those of the tests.
//
// The same item gives the same bytes. Lines are folded at 75 octets between
// characters, and a property that is empty gives no line.
//
// The writer is our own: go-vcard, which was looked at first, does not fold lines,
// does not escape semicolons, sorts the fields by their names and knows no
// quoted parameters, so nothing of it would have been left.
package vcard
