package discover

import (
	"fmt"
	"time"
)

// Schema is the version of the JSON form of a [Result]. Fields are only ever
// added to it.
const Schema = 1

// Result is what `scan --json` prints.
type Result struct {
	Schema   int       `json:"schema"`
	Command  string    `json:"command"`
	Files    []File    `json:"files"`    // those with the most mail at stake first
	Accounts []Account `json:"accounts"` // of all Outlook profiles
	Looked   []string  `json:"looked"`   // folders that were searched
	Problems []Problem `json:"problems"` // what could not be looked at
}

// Problem is a place that could not be looked at, or not wholly.
type Problem struct {
	Path string `json:"path"`
	What string `json:"what"`
}

// Kind says what a data file is for.
type Kind string

// Kinds of data files, the one with the most mail at stake first.
const (
	KindPOP     Kind = "pop"     // a POP account delivers to it: its mail may be nowhere else
	KindArchive Kind = "archive" // its mail is kept by no account; it may be nowhere else
	KindUnknown Kind = "unknown" // it could not be read, and no profile names it
	KindCache   Kind = "cache"   // of an IMAP or Exchange account: likely a copy of what the server has
)

// InUse says whether another program, which is usually Outlook, has a file open.
type InUse string

// Answers to whether a file is open elsewhere.
const (
	InUseYes     InUse = "yes"
	InUseNo      InUse = "no"
	InUseUnknown InUse = "unknown" // the system does not tell
)

// File is one data file.
type File struct {
	Path     string    `json:"path"`
	Size     int64     `json:"size"`     // bytes
	Modified string    `json:"modified"` // RFC 3339, UTC; empty when it is not known
	Type     string    `json:"type"`     // "pst", "ost" or "pab", by its contents where they can be read
	Format   string    `json:"format"`   // "ansi", "unicode" or "unicode-4k"; empty when it could not be read
	Kind     Kind      `json:"kind"`
	Why      string    `json:"why"`             // of this kind, for people
	Accounts []int     `json:"accounts"`        // indexes into Result.Accounts of those that deliver to it or are cached in it
	Profiles []string  `json:"profiles"`        // Outlook profiles that have it open
	InUse    InUse     `json:"in_use"`          // by another program
	Store    string    `json:"store,omitempty"` // record key of the store in hex, the same in every copy of it
	Contents *Contents `json:"contents,omitempty"`
	Error    string    `json:"error,omitempty"` // why it could not be read
}

// Contents is what the folders' tables say of a file, without any item being read.
type Contents struct {
	Folders int    `json:"folders"`
	Items   int    `json:"items"`
	First   string `json:"first,omitempty"` // day of the oldest message, 2006-01-02 in UTC
	Last    string `json:"last,omitempty"`  // day of the newest message
	Partial bool   `json:"partial"`         // time ran out, or a table is damaged: there is more
}

// AccountKind is the protocol by which an account gets its mail.
type AccountKind string

// Kinds of accounts.
const (
	AccountPOP      AccountKind = "pop"
	AccountIMAP     AccountKind = "imap"
	AccountExchange AccountKind = "exchange" // also Exchange ActiveSync and Outlook.com
)

// Account is a mail account of an Outlook profile.
type Account struct {
	Profile string      `json:"profile"`
	Office  string      `json:"office"` // "14.0", "15.0", "16.0"; "older" where profiles of all versions up to 2010 are
	Kind    AccountKind `json:"kind"`
	Name    string      `json:"name"`  // as the person called it
	Email   string      `json:"email"` // address; may be empty
	Server  string      `json:"server,omitempty"`
	Port    int         `json:"port,omitempty"` // 0: not told
	User    string      `json:"user,omitempty"`
	// Leave says what happens to mail on the server of a POP account.
	Leave *Leave `json:"leave_on_server,omitempty"`
	// File is the path of the data file that the account delivers to or is cached
	// in, as the profile has it; empty when it does not say.
	File string `json:"file,omitempty"`

	store []byte // record key of that file's store
}

// Leave is a POP account's setting for the mail on the server
// (PROP_POP_LEAVE_ON_SERVER of Outlook's account management API).
type Leave struct {
	Known       bool `json:"known"`                  // false: the profile does not say
	Keep        bool `json:"keep"`                   // false: fetched mail is removed from the server
	Days        int  `json:"days,omitempty"`         // it is removed after so many days; 0: it is not
	WhenDeleted bool `json:"when_deleted,omitempty"` // it is removed when it is deleted from Deleted Items
}

// String says in words what becomes of mail on the server.
func (l Leave) String() string {
	switch {
	case !l.Known:
		return "may remove mail from the server as it fetches it"
	case !l.Keep:
		return "removes mail from the server as it fetches it"
	case l.Days > 0 && l.WhenDeleted:
		return fmt.Sprintf("leaves mail on the server for %s, or until it is deleted in Outlook", days(l.Days))
	case l.Days > 0:
		return fmt.Sprintf("leaves mail on the server for %s", days(l.Days))
	case l.WhenDeleted:
		return "leaves mail on the server until it is deleted in Outlook"
	}
	return "leaves mail on the server"
}

func days(n int) string {
	if n == 1 {
		return "a day"
	}
	return fmt.Sprintf("%d days", n)
}

// day is a point in time as a day, or nothing.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// POP lists the accounts that fetch mail by POP from the mailbox of an address:
// those whose address or user name it is, without regard to case. With an empty
// address it lists all POP accounts.
func (r *Result) POP(address string) []Account {
	var list []Account
	for _, a := range r.Accounts {
		if a.Kind == AccountPOP && (address == "" || equalFold(a.Email, address) || equalFold(a.User, address)) {
			list = append(list, a)
		}
	}
	return list
}
