package upload

import (
	"regexp"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
)

// reaction is what to do about a refused message.
type reaction int

// Reactions. Each has a bound, after which the message is given up.
const (
	giveUp reaction = iota // it is the failure of this item
	full                   // no room: nothing more is sent
	tooBig                 // this size is more than the server takes
	askNow                 // again, with the server's consent before the message
	create                 // make the mailbox, then again
	bare                   // again without keywords
	look                   // the server says that it has the message
	wait                   // again after a while
)

// attempt has the properties of the attempt that was refused.
type attempt struct {
	unasked  bool // sent without the server's consent
	keywords bool
	bare     int  // which keywords it has: allKeywords and below
	waits    int  // how often it has been waited for already
	losses   int  // how often the connection has broken over it
	bad      bool // it was answered BAD when the server was asked
	created  bool // the mailbox was made for it
	large    bool // a smaller one was refused for its size
}

// mostWaits bounds how often one message is sent again after a wait while the
// server takes no message at all.
const mostWaits = 10

// mostTold is the same where the server says how long to wait: a day's budget
// takes many waits, but not a thousand.
const mostTold = 1000

// mostLimits is the same for the code LIMIT, with which some servers throttle
// and others refuse a size for good.
const mostLimits = 2

// sizeLimit is what a server says of a message that is too large, beside a code
// that says no more than that there is a limit. A mailbox may be too large too.
//
// QUIRK(Dovecot): quota_max_mail_size, "Mail size is larger than the maximum size
// allowed by server configuration".
var sizeLimit = regexp.MustCompile(`(?i)\b(?:mail|message)(?: size)?(?: is)?(?: too)? (?:large|big)`)

// reactionTo decides about a refusal (RFC 5530, RFC 9051 7.1).
func reactionTo(e *imapconn.AppendError, a attempt) reaction {
	_, told := job.Backoff(e.Text, 0)
	switch {
	case told && a.waits < mostTold, job.Throttled(e.Code, e.Text) && a.waits < mostWaits:
		return wait
	case e.Status == "BAD" && (a.unasked || !a.bad):
		return askNow
	case e.Code == "TRYCREATE" || e.Code == "NONEXISTENT":
		if a.created {
			return giveUp
		}
		return create
	case e.Code == "OVERQUOTA":
		return full
	case e.Code == "TOOBIG":
		return tooBig
	case e.Code == "LIMIT" && (a.large || sizeLimit.MatchString(e.Text)):
		return tooBig
	case e.Code == "LIMIT" && a.keywords:
		return bare
	case e.Code == "LIMIT" && a.waits < mostLimits:
		return wait
	case e.Code == "LIMIT":
		return tooBig
	case e.Code == "ALREADYEXISTS":
		return look
	case a.keywords: // QUIRK(Dovecot, Courier): too long a keyword, or one named NIL
		return bare
	}
	return giveUp
}

// pauseAfter is how long to wait before the next try: what the server asks for,
// else longer each time.
func pauseAfter(e *imapconn.AppendError, waits int) time.Duration {
	d, _ := job.Backoff(e.Text, waits)
	return d
}
