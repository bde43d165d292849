package upload

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
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
	bare     bool // keywords were left out
	waits    int  // how often it has been waited for already
	losses   int  // how often the connection has broken over it
	created  bool // the mailbox was made for it
	large    bool // a smaller one was refused for its size
}

// mostWaits bounds how often one message is sent again after a wait while the
// server takes no message at all.
const mostWaits = 10

// mostLimits is the same for the code LIMIT, with which some servers throttle
// and others refuse a size for good.
const mostLimits = 2

// reactionTo decides about a refusal (RFC 5530, RFC 9051 7.1).
func reactionTo(e *imapconn.AppendError, a attempt) reaction {
	_, told := backoff(e.Text)
	switch {
	case told || throttled(e) && a.waits < mostWaits:
		return wait
	case e.Status == "BAD" && a.unasked:
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
	case e.Code == "LIMIT" && a.large:
		return tooBig
	case e.Code == "LIMIT" && a.keywords:
		return bare
	case e.Code == "LIMIT" && a.waits < mostLimits:
		return wait
	case e.Code == "LIMIT":
		return tooBig
	case e.Code == "ALREADYEXISTS":
		return look
	}
	return giveUp
}

// throttled tells whether the server says that it is only busy.
func throttled(e *imapconn.AppendError) bool {
	switch e.Code {
	case "THROTTLED", "UNAVAILABLE", "INUSE", "SERVERBUG":
		return true
	}
	text := strings.ToLower(e.Text)
	return strings.Contains(text, "throttl") || strings.Contains(text, "too many requests") || strings.Contains(text, "bandwidth limit")
}

// suggested is how Exchange says how long to wait.
var suggested = regexp.MustCompile(`(?i)suggested backoff time:? *(\d{1,9}) *(milliseconds|ms|seconds|s)\b`)

// mostBackoff bounds what a server may ask for; daily budgets are waited for in
// such steps.
const mostBackoff = 30 * time.Minute

// backoff reads how long the server asks to wait.
func backoff(text string) (time.Duration, bool) {
	m := suggested.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0, false
	}
	unit := time.Second
	if strings.HasPrefix(strings.ToLower(m[2]), "m") {
		unit = time.Millisecond
	}
	return min(time.Duration(n)*unit, mostBackoff), true
}

// pauseAfter is how long to wait before the next try: what the server asks for,
// else longer each time.
func pauseAfter(e *imapconn.AppendError, waits int) time.Duration {
	if d, ok := backoff(e.Text); ok {
		return d
	}
	return min(time.Second<<min(waits, 9), 5*time.Minute)
}
