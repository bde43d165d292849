package preflight

import (
	"fmt"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/report"
)

// Severity says how much a problem matters.
type Severity string

// Severities: what stands against a run, and what is worth knowing before it.
const (
	Stands  Severity = "problem"
	Warning Severity = "warning"
)

// Problem is one thing that is not as it should be, and what to do about it.
type Problem struct {
	Severity Severity `json:"severity"`
	What     string   `json:"what"`
	Do       string   `json:"do"`

	code int
}

func (p Problem) rank() int {
	if p.Severity == Stands {
		return 0
	}
	return 1
}

// exitOverQuota is imapsync's code for a mailbox that is full.
const exitOverQuota = 113

// ExitCode is 0 when nothing stands against a run (docs/exit-codes.md).
func (r *Result) ExitCode() int {
	code := report.ExitOK
	for _, p := range r.Problems {
		if p.Severity == Stands {
			code = max(code, p.code)
		}
	}
	return code
}

func (r *Result) warn(do, what string, args ...any) {
	r.Problems = append(r.Problems, Problem{Severity: Warning, What: fmt.Sprintf(what, args...), Do: do})
}

func (r *Result) stands(code int, do, what string, args ...any) {
	r.Problems = append(r.Problems, Problem{Severity: Stands, What: fmt.Sprintf(what, args...), Do: do, code: code})
}

// renewalTime is how long before its end a certificate is usually renewed.
const renewalTime = 14 * 24 * time.Hour

func (r *Result) serverProblems(in Input) {
	caps := in.Conn.Caps()
	switch t := in.Facts.TLS; {
	case t == nil:
		r.warn("use --tls implicit, or starttls where the server offers only that", "the connection is not protected: password and mail can be read on the way")
	case t.NotAfter.Sub(in.Now) < renewalTime:
		r.warn("ask the provider whether it is renewed in time, or finish before that day",
			"the server's certificate is valid until %s only", t.NotAfter.UTC().Format(time.DateOnly))
	}
	if caps["UTF8=ONLY"] {
		r.stands(report.ExitFailed, "ask the provider for an account that takes names in modified UTF-7 too",
			"the server takes folder names only in a form that this program does not write (UTF8=ONLY)")
	}
	if r.Server.Delimiter == "" {
		r.warn("nothing: subfolders become mailboxes named \"folder - subfolder\"", "the server has no folders below folders")
	}
	if !caps.Has("UIDPLUS") {
		r.warn("nothing: after each mailbox the program looks for what arrived", "the server does not tell where a message went (no UIDPLUS)")
	}
	r.flagProblems(in.Facts)
	for _, q := range r.Server.Quota {
		if q.Resource == "STORAGE" && q.Limit > 0 && q.Usage >= q.Limit && in.Job == nil {
			r.stands(exitOverQuota, "make room on the server, or ask the provider for more", "the mailbox is full")
		}
	}
}

func (r *Result) flagProblems(f *imapconn.Facts) {
	switch r.Server.Keywords {
	case "unknown":
		r.warn("nothing, or read the new mail first and check again",
			"which marks can be stored is not known: every mailbox that was asked has new mail, and asking would make it old")
	case "none", "some":
		r.warn("nothing: what cannot be stored is counted in the report",
			"the server stores no marks of your own in %q: categories and \"forwarded\" are lost, or some of them", f.FlagsOf)
	}
}
