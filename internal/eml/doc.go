// Package eml turns one Outlook item into an Internet message: RFC 5322 header
// fields and a MIME body, as the bytes that are exported and uploaded.
//
// [Load] reads an item. [Item.Convert] writes the message and tells what an IMAP
// server is to be told with it (flags, keywords, internal date) and what could
// not be carried over. [Item.ID] is the item's identity, which neither reading,
// flagging nor copying it to another file changes. [BuildAddressMap] finds the
// Internet addresses of people whom a data file names by internal ones.
//
// The output is a pure function of the item and the [Options]: there is no
// clock, no randomness, no host name and no local time zone in it. It is 7-bit
// with CRLF line ends and lines of at most 998 octets; only what was stored as
// parts of messages and is kept octet by octet, signed mail and messages
// attached as files, may be 8-bit, and is labelled so. Large attachments are
// streamed, small ones are read only once.
//
// Nothing is left out silently. An item that is no mail is a [SkippedKindError]
// before the first byte is written, unless it was asked for; what the data file
// holds no longer is a [Warning].
//
// Comments cite the rules of the conversion by number (H12, B16, M3): the
// letters stand for properties (P), kinds (K), headers (H), encodings (E), IMAP
// flags (F), bodies (B), attachments (A) and composition (M).
package eml
