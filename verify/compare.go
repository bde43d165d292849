package verify

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/spool"
)

// compare decides the outcome for one message read back. Plain matches have no
// reason.
func (v *verifier) compare(e expected, f imapconn.Fetched) (report.State, string, error) {
	ours := e.how == claim.Same || e.how == claim.Moved
	same, rest, err := sameBytes(e, f.Body)
	if err != nil {
		return "", "", err
	}
	rewritten := ""
	if !same {
		diff, err := v.content(e, rest)
		if err != nil {
			return "", "", err
		}
		if diff != "" {
			return report.Different, diff, nil
		}
		rewritten = "the same content in other bytes"
	}
	_ = rest.Close() // a temporary file that is no longer needed
	if ours && !e.date.IsZero() && !e.date.Equal(f.Date) {
		return report.Different, fmt.Sprintf("the server's date is %s, expected %s", stamp(f.Date), stamp(e.date)), nil
	}
	if e.how == claim.Moved || e.how == claim.InInbox {
		return report.Moved, "the message is in another folder than " + e.claim.Mailbox, nil
	}
	if rewritten != "" {
		return report.Rewritten, rewritten, nil
	}
	if diff := flagDiff(e.flags, f.Flags); ours && diff != "" {
		return report.StateChanged, diff, nil
	}
	return report.Match, "", nil
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 MST") }

// sameBytes compares the bytes behind our own first line with what was
// exported. The message is kept in rest for a closer look.
func sameBytes(e expected, body io.Reader) (same bool, rest *spool.Spool, err error) {
	rest = new(spool.Spool)
	br := bufio.NewReader(io.TeeReader(body, rest))
	h := sha256.New()
	first, err := br.ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return false, rest, err
	}
	if !hasPrefixFold(first, eml.IDField+":") {
		h.Write(first)
	}
	if _, err := io.Copy(h, br); err != nil {
		return false, rest, err
	}
	return bytes.Equal(h.Sum(nil), e.sum[:]), rest, nil
}

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && strings.EqualFold(string(b[:len(prefix)]), prefix)
}

// content compares the decoded parts with a fresh conversion and names what differs.
func (v *verifier) content(e expected, got *spool.Spool) (string, error) {
	defer got.Close()
	want := new(spool.Spool)
	defer want.Close()
	if _, err := v.convertAgain(e, want); err != nil {
		return "", err
	}
	a, err := digest(want.Reader())
	if err != nil {
		return "", fmt.Errorf("compare: %w", err)
	}
	b, err := digest(got.Reader())
	if err != nil {
		return "the message on the server cannot be read as mail: " + err.Error(), nil
	}
	return a.diff(b), nil
}

// flagDiff names the flags that only one side has. Keywords compare without
// case; \Recent is the server's own.
func flagDiff(want, got []string) string {
	w, g := normalFlags(want), normalFlags(got)
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
	if len(diff) == 0 {
		return ""
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
