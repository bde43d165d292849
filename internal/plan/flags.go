package plan

import "strings"

// Flags divides wanted flags into those that a mailbox stores and those that it
// does not, both in the order given and each flag once. permanent is what the
// server answered to SELECT (RFC 9051 7.1, PERMANENTFLAGS); servers answer
// EXAMINE with none, which says nothing.
//
// Flags are compared without case (RFC 9051 2.3.2), and a keyword that the
// mailbox already has takes the spelling of the server. Keywords beyond those
// that it names are stored where it says \*. A server that names no flag at all,
// or that did not answer, is sent the system flags, which every mailbox has, and
// no keywords.
//
// Some servers say \* and take only so many keywords. What they then answer is
// for the caller to see; with [WithoutNew] the same call goes on from there.
func Flags(wanted, permanent []string) (stored, dropped []string) {
	known := make(map[string]string, len(permanent))
	for _, f := range permanent {
		if key := strings.ToLower(f); known[key] == "" {
			known[key] = f
		}
	}
	_, anyKeyword := known[`\*`]
	told := len(known) > 0
	seen := make(map[string]bool, len(wanted))
	for _, f := range wanted {
		key := strings.ToLower(f)
		if seen[key] || f == "" {
			continue
		}
		seen[key] = true
		system := strings.HasPrefix(f, `\`)
		switch spelling, ok := known[key]; {
		case ok && !system:
			stored = append(stored, spelling)
		case ok, system && !told, system && anyKeyword && onlyWildcard(known), anyKeyword && !system:
			stored = append(stored, f)
		default:
			dropped = append(dropped, f)
		}
	}
	return stored, dropped
}

// onlyWildcard tells whether a server names no system flag.
//
// QUIRK(go-imap's server in memory): it answers (\*) alone and stores them all.
func onlyWildcard(known map[string]string) bool {
	for key := range known {
		if strings.HasPrefix(key, `\`) && key != `\*` {
			return false
		}
	}
	return true
}

// WithoutNew returns permanent flags without \*: the mailbox has refused a new
// keyword, because it has as many as it can have, and stores only those that it
// has already. used are keywords that are stored there for certain, whether or
// not the server has named them since.
func WithoutNew(permanent, used []string) []string {
	var out []string
	for _, f := range permanent {
		if f != `\*` {
			out = append(out, f)
		}
	}
	return append(out, used...)
}
