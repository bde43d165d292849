// Package pim maps what in a data file is no mail, and what in mail is not for
// the eye, to the forms that other programs read: events, tasks and journal
// entries to the components of package ical, contacts and distribution lists to
// the cards of package vcard.
//
// An [Item] is an item as its reader gives it: properties, with what takes
// knowledge of mail to find out (addresses, the text of the body) already found
// out. Mapping never fails: what cannot be carried over is told to [Item.Warn],
// and the rest is mapped.
//
// Comments cite the rules of the conversion by number (M40 to M50, A17, A19).
package pim
