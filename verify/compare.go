package verify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
)

// compare decides the outcome for one message read back. Plain matches have no
// reason.
func (v *verifier) compare(n int, m *match, g *fetched) (report.State, string) {
	e := v.item(n)
	if g.no != "" {
		return report.Different, "the server does not give the message out: " + g.no
	}
	close := v.closer[n]
	if v.differs(n, m, g) && close == nil {
		return report.Different, "the message is gone"
	}
	if close != nil && close.different != "" {
		return report.Different, close.different
	}
	if ours(m) && !e.date.IsZero() && !e.date.Equal(g.date) {
		return report.Different, fmt.Sprintf("the server's date is %s, expected %s", stamp(g.date), stamp(e.date))
	}
	if m.how == claim.Moved || m.how == claim.InInbox {
		return report.Moved, fmt.Sprintf("the message is in %q, not in %q", m.copy.Mailbox, e.claim.Mailbox)
	}
	if close != nil {
		return report.Rewritten, close.other
	}
	if diff := flagDiff(e.flags, g.flags); ours(m) && diff != "" {
		return report.StateChanged, diff
	}
	return report.Match, ""
}

func ours(m *match) bool { return m.how == claim.Same || m.how == claim.Moved }

// differs tells whether the bytes of a message are not those of its item, as far as
// they were read.
func (v *verifier) differs(n int, m *match, g *fetched) bool {
	e := v.item(n)
	return g.whole && g.sum != e.sum || !g.whole && ours(m) && g.size != e.size
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 MST") }

// flagDiff names the flags that only one side has. Keywords compare without
// case; \Recent is the server's own.
func flagDiff(want, got string) string {
	if want == got {
		return ""
	}
	w, g := strings.Fields(want), strings.Fields(got)
	var diff []string
	for _, f := range w {
		if !slices.Contains(g, f) {
			diff = append(diff, "-"+f)
		}
	}
	for _, f := range g {
		if !slices.Contains(w, f) {
			diff = append(diff, "+"+f)
		}
	}
	return "flags changed: " + strings.Join(diff, " ")
}

// flagTexts are the flagText of lists that many messages have. It is for one goroutine.
type flagTexts struct {
	ofList  map[*string]string // by the first of the flags: equal lists of an index are the same in memory
	ofNoted map[string]string  // by how a journal has them

	lastList            *string // what was asked for last, and mostly is again
	lastNoted           string
	fromList, fromNoted string
}

// stored is that of flags in the index.
func (t *flagTexts) stored(flags []string) string {
	if len(flags) == 0 {
		return ""
	}
	key := &flags[0]
	if key == t.lastList {
		return t.fromList
	}
	text, ok := t.ofList[key]
	if !ok {
		if t.ofList == nil {
			t.ofList = map[*string]string{}
		}
		text = flagText(flags)
		t.ofList[key] = text
	}
	t.lastList, t.fromList = key, text
	return text
}

// noted is that of flags in the journal.
func (t *flagTexts) noted(flags string) string {
	if flags == t.lastNoted {
		return t.fromNoted
	}
	text, ok := t.ofNoted[flags]
	if !ok {
		if t.ofNoted == nil {
			t.ofNoted = map[string]string{}
		}
		text = flagText(journal.FlagList(flags))
		t.ofNoted[flags] = text
	}
	t.lastNoted, t.fromNoted = flags, text
	return text
}

// flagText has the flags sorted and in lower case.
func flagText(flags []string) string {
	var out []string
	for _, f := range flags {
		if f = strings.ToLower(f); f != `\recent` {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " ")
}
