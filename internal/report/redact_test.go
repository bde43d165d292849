package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/report"
)

// Nothing in any form of a redacted report tells who it is about or what they wrote.
func TestRedact(t *testing.T) {
	r := trouble()
	before := write(t, func(b *bytes.Buffer) error { return r.JSON(b) })
	red := r.Redact()
	forms := map[string]string{
		"json": write(t, func(b *bytes.Buffer) error { return red.JSON(b) }),
		"csv":  write(t, func(b *bytes.Buffer) error { return red.CSV(b) }),
		"html": write(t, func(b *bytes.Buffer) error { return red.HTML(b) }),
	}
	private := []string{"aenne", "Änne", "Müller", "bob.smith", "@example", "4711", "Sommerfest", "Einladung", "Urlaub", "Donaudampf", "Newsletter", "Angebot", "Users", "Outlook-Dateien"}
	for _, it := range r.Items {
		if len(it.Subject) > 8 {
			private = append(private, it.Subject)
		}
	}
	for name, text := range forms {
		for _, p := range private {
			if strings.Contains(strings.ToLower(text), strings.ToLower(p)) {
				t.Errorf("%s has %q", name, p)
			}
		}
		for _, keep := range []string{"550 5.7.1", "61231004 bytes", "Rechnungen", report.LeftOut} {
			if !strings.Contains(text, keep) {
				t.Errorf("%s lost %q", name, keep)
			}
		}
	}
	if after := write(t, func(b *bytes.Buffer) error { return r.JSON(b) }); after != before {
		t.Error("the report itself was changed")
	}
}

func TestScrub(t *testing.T) {
	s := report.NewScrubber("Ann.Smith@example.org", `C:\Users\asmith\Documents\mail.pst`, "/home/bobby/old bob@x.example.pst", "")
	for text, want := range map[string]string{
		"":                                                 "",
		"550 mailbox full":                                 "550 mailbox full",
		"quota of ann.smith@EXAMPLE.org":                   "quota of (left out)",
		"user ANN.SMITH is over":                           "user (left out) is over",
		"from <x+y@sub.example.com>: no":                   "from <(left out)>: no",
		`"Ann S"@example.org refused`:                      "(left out) refused",
		"ann.smithers stays":                               "ann.smithers stays",
		"/o=Org/ou=First/cn=Recipients/cn=ann; x":          "(left out); x",
		"policy: From: Ann Smith; code 7":                  "policy: From: (left out); code 7",
		"Subject: the secret plan":                         "Subject: (left out)",
		`a copy is in C:\Users\asmith\AppData\x y\1-a.eml`: "a copy is in …/1-a.eml",
		"a copy is in /home/bobby/jobs/a b/1-a.eml":        "a copy is in …/1-a.eml",
		`in \\server\share\ann\mail.pst`:                   "in …/mail.pst",
		"Projekte/Küche & Bad/2019":                        "Projekte/Küche & Bad/2019",
		"Mail of asmith":                                   "Mail of (left out)",
		"bobby's":                                          "(left out)'s",
	} {
		if got := s.Text(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	for path, want := range map[string]string{
		`C:\Users\asmith\Ann.Smith@example.org.pst`: "…/(left out)",
		"/home/bobby/archive.pst":                   "…/archive.pst",
		"archive.pst":                               "archive.pst",
		"":                                          "",
	} {
		if got := s.File(path); got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
}
