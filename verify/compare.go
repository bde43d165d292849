package verify

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/spool"
)

// compare decides the outcome for one message read back. Plain matches have no
// reason.
func (v *verifier) compare(ctx context.Context, n int, m *match, g *fetched) (report.State, string, error) {
	e := &v.items[n]
	ours := m.how == claim.Same || m.how == claim.Moved
	rewritten := ""
	if g.whole && g.sum != e.sum || !g.whole && ours && g.size != e.size {
		different, other, err := v.closely(ctx, n, m.copy)
		if err != nil || different != "" {
			return report.Different, different, err
		}
		rewritten = other
	}
	if ours && !e.date.IsZero() && !e.date.Equal(g.date) {
		return report.Different, fmt.Sprintf("the server's date is %s, expected %s", stamp(g.date), stamp(e.date)), nil
	}
	if m.how == claim.Moved || m.how == claim.InInbox {
		return report.Moved, fmt.Sprintf("the message is in %q, not in %q", m.copy.Mailbox, e.claim.Mailbox), nil
	}
	if rewritten != "" {
		return report.Rewritten, rewritten, nil
	}
	if diff := flagDiff(e.flags, g.flags); ours && diff != "" {
		return report.StateChanged, diff, nil
	}
	return report.Match, "", nil
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 MST") }

// closely reads a message again and compares what it says with a fresh
// conversion: different names contents that differ, other what else does.
func (v *verifier) closely(ctx context.Context, n int, c *claim.Copy) (different, other string, err error) {
	got := new(spool.Spool)
	defer got.Close()
	there := false
	err = v.job.Do(ctx, func(conn *imapconn.Conn) error {
		if _, err := conn.Examine(ctx, c.Mailbox); err != nil {
			return v.gone(err)
		}
		return conn.Fetch(ctx, []uint32{c.UID}, func(f imapconn.Fetched) error {
			if err := got.Reset(); err != nil {
				return err
			}
			there = true
			_, err := io.Copy(got, f.Body)
			return err
		})
	})
	if err != nil || !there {
		return "the message is gone", "", err
	}
	want := new(spool.Spool)
	defer want.Close()
	it, err := v.job.Open(v.refs[n])
	if err != nil {
		return "", "", err
	}
	if _, err := it.Convert(want); err != nil {
		return "", "", err
	}
	a, err := digest(want.Reader())
	if err != nil {
		return "", "", fmt.Errorf("compare: %w", err)
	}
	b, err := digest(got.Reader())
	if err != nil {
		return "the message on the server cannot be read as mail: " + err.Error(), "", nil
	}
	different, other = a.diff(b, c.ID != "")
	return different, other, nil
}

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

func normalFlags(flags []string) []string {
	var out []string
	for _, f := range flags {
		if f = strings.ToLower(f); f != `\recent` {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
