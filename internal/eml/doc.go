// Package eml turns one Outlook item into an Internet message: RFC 5322 header
// fields and a MIME body, as the bytes that are exported and uploaded.
//
// [Convert] writes the message and tells what an IMAP server is to be told with
// it (flags, keywords, internal date) and what could not be carried over.
// [ItemID] is the item's identity, which neither reading, flagging nor copying
// it to another file changes.
//
// The output is a pure function of the item and the [Options]: there is no
// clock, no randomness, no host name and no local time zone in it. It is 7-bit
// with CRLF line ends and lines of at most 998 octets; only messages that were
// attached as files and kept octet by octet may be 8-bit, and are labelled so.
// Attachments are streamed and never held in memory.
//
// Nothing is left out silently. What an item needs and this version cannot do
// is a [NotYetError] before the first byte is written; what the data file holds
// no longer is a [Warning].
//
// Comments cite the rules of the conversion by number (H12, B16, M3): the
// letters stand for properties (P), kinds (K), headers (H), encodings (E), IMAP
// flags (F), bodies (B), attachments (A) and composition (M).
package eml
