package plan

import (
	"slices"
	"strings"
)

// Reason is one reason why a folder's mailbox is the one that it is. A target
// has one of [ReasonExists] and [ReasonNew], and any number of the others.
type Reason string

// The reasons. They are part of the JSON report: never renamed.
const (
	ReasonExists     Reason = "exists"      // the mailbox is on the server
	ReasonNew        Reason = "new"         // it has to be made
	ReasonRole       Reason = "role"        // it is the server's for what the folder is for
	ReasonGuessed    Reason = "guessed"     // the role was guessed from the folder's name
	ReasonOutbox     Reason = "outbox"      // unsent mail goes to the drafts
	ReasonAsked      Reason = "asked"       // the user named it
	ReasonCleaned    Reason = "cleaned"     // characters or reasonWords that no name can have here
	ReasonClash      Reason = "clash"       // the plain name is in use or has another meaning
	ReasonLong       Reason = "long"        // the plain name is too long or lies too deep
	ReasonNoMail     Reason = "no_mail"     // the plain name is a mailbox that cannot hold mail
	ReasonNoChildren Reason = "no_children" // the mailbox above cannot hold others
	ReasonRefused    Reason = "refused"     // the server refused to make the plain name
)

// reasonWords say a reason to people.
var reasonWords = map[Reason]string{
	ReasonExists:     "exists on the server",
	ReasonNew:        "new mailbox",
	ReasonRole:       "the server's own mailbox for this",
	ReasonGuessed:    "guessed from the folder's name",
	ReasonOutbox:     "unsent mail goes to the drafts",
	ReasonAsked:      "as asked",
	ReasonCleaned:    "the name cannot be taken as it is",
	ReasonClash:      "the plain name is in use or has another meaning",
	ReasonLong:       "the name is too long",
	ReasonNoMail:     "the plain name cannot hold mail",
	ReasonNoChildren: "the mailbox above cannot hold others",
	ReasonRefused:    "the server refuses the plain name",
}

// String is the reason in a few reasonWords, for people.
func (r Reason) String() string { return reasonWords[r] }

// Plain tells whether a mailbox needs no explanation: it has the folder's name
// and lies where the folder does, as far as that depends on the folder itself.
func (t Target) Plain() bool {
	return !slices.ContainsFunc(t.Reasons, func(r Reason) bool { return r != ReasonExists && r != ReasonNew })
}

// Why has all reasons in a few reasonWords, for people.
func (t Target) Why() string {
	texts := make([]string, len(t.Reasons))
	for i, r := range t.Reasons {
		texts[i] = r.String()
	}
	return strings.Join(texts, "; ")
}
