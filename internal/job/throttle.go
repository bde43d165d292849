package job

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// Throttled tells whether the server refuses something only because it is busy
// (RFC 5530 section 3).
func Throttled(code, text string) bool {
	switch code {
	case "THROTTLED", "UNAVAILABLE", "INUSE", "SERVERBUG":
		return true
	}
	text = strings.ToLower(text)
	return strings.Contains(text, "throttl") || strings.Contains(text, "too many requests") || strings.Contains(text, "bandwidth limit")
}

// suggested is how Exchange says how long to wait.
var suggested = regexp.MustCompile(`(?i)suggested backoff time:? *(\d{1,9}) *(milliseconds|ms|seconds|s)\b`)

// mostBackoff bounds what a server may ask for; daily budgets are waited for in
// such steps.
const mostBackoff = 30 * time.Minute

// Backoff is how long to wait before the next try, the nth after a refusal,
// counted from 0: what the server asks for, told, else longer each time.
func Backoff(text string, n int) (d time.Duration, told bool) {
	m := suggested.FindStringSubmatch(text)
	if m == nil {
		return min(time.Second<<min(n, 9), 5*time.Minute), false
	}
	count, err := strconv.Atoi(m[1])
	if err != nil {
		return mostBackoff, true
	}
	unit := time.Second
	if strings.HasPrefix(strings.ToLower(m[2]), "m") {
		unit = time.Millisecond
	}
	return min(time.Duration(count)*unit, mostBackoff), true
}

// busy tells how long to wait before a command is tried for the nth time again,
// and whether to do so at all.
func busy(err error, n int) (d time.Duration, again bool) {
	const most = 10
	var refused *imapconn.CommandError
	if Lost(err) || !errors.As(err, &refused) || n >= most {
		return 0, false
	}
	d, told := Backoff(refused.Text, n)
	return d, told || Throttled(refused.Code, refused.Text)
}

// Busy tells whether the server refuses a command only because it is busy.
func Busy(err error) bool {
	_, again := busy(err, 0)
	return again
}
