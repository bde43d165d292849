package job_test

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// notes keeps what a job says.
type notes struct{ texts []string }

func (*notes) Progress(event.Progress) {}
func (n *notes) Note(x event.Note)     { n.texts = append(n.texts, x.Text) }

// awkward are folder names that one server or another refuses.
func awkward() []psttest.Folder {
	mail := func() []*psttest.Message {
		return []*psttest.Message{psttest.Mail("a", "a@example.org", "b@example.org", "text")}
	}
	var out []psttest.Folder
	for _, name := range []string{"v1.2", "v1_2", "~home", "a/b", "Party 🎉", "50 % *", `"quoted" \ it`, "Größe & Maß", "cur", "dbox-Mails", "..",
		strings.Repeat("長", 120), strings.Repeat("x", 300)} {
		out = append(out, psttest.Folder{Name: name, Messages: mail(), Folders: []psttest.Folder{{Name: "below", Messages: mail()}}})
	}
	// Nothing is stored in the folder above, so that the server may know it as a place only.
	return append(out, psttest.Folder{Name: "Kalender 1.0", Props: []psttest.Prop{psttest.Str(0x3613, "IPF.Appointment")},
		Folders: []psttest.Folder{{Name: "Post", Messages: mail()}}})
}

// Whatever a server refuses, every folder gets a mailbox, and a later run finds
// the same ones without asking for any.
func TestMailboxesOfAwkwardFolders(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]imaptest.Option{
		"maildir": {imaptest.Maildir()}, "prefix": {imaptest.Maildir(), imaptest.Namespace("INBOX.", ".")},
		"UTF-8": {imaptest.Config("mail_location = mdbox:~/mdbox:UTF-8")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := imaptest.Dovecot(t, opts...)
			path := jobtest.File(t, awkward()...)
			j := jobtest.Open(t, s, path)
			said := &notes{}
			j.Listener = said
			if err := j.CreateMailboxes(context.Background()); err != nil {
				t.Fatal(err)
			}
			if len(said.texts) > 0 {
				t.Errorf("not everything could be made: %q", said.texts)
			}
			there := s.Client(t).Mailboxes()
			var first []string
			for i, target := range j.Targets {
				first = append(first, target.Mailbox)
				if len(j.Folders[i].Items) > 0 && !slices.Contains(there, wireName(target.Mailbox)) {
					t.Errorf("%q has no mailbox %q", j.Folders[i].Path, target.Mailbox)
				}
			}
			for i, target := range jobtest.Open(t, s, path).Targets {
				if target.Mailbox != first[i] || target.Create && len(j.Folders[i].Items) > 0 {
					t.Errorf("%q: first %q, later %q (create %v)", j.Folders[i].Path, first[i], target.Mailbox, target.Create)
				}
			}
		})
	}
}

// A folder that was left out gets no mailbox.
func TestNoMailboxForWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	s := imaptest.Memory(t)
	j := jobtest.Open(t, s, jobtest.File(t, psttest.Folder{Name: "Wanted"}, psttest.Folder{Name: "Not"}))
	var err error
	if j.Selection, err = plan.NewSelection(plan.SelectionOptions{Exclude: []string{"^N"}}); err != nil {
		t.Fatal(err)
	}
	if err := j.CreateMailboxes(context.Background()); err != nil {
		t.Fatal(err)
	}
	there := s.Client(t).Mailboxes()
	if !slices.Contains(there, "Wanted") || slices.Contains(there, "Not") {
		t.Errorf("mailboxes are %q", there)
	}
}

// wireName is a name in modified UTF-7 (RFC 3501 5.1.3).
func wireName(name string) string {
	var out strings.Builder
	var run []rune
	flush := func() {
		if len(run) > 0 {
			out.WriteString("&" + base64UTF16(run) + "-")
			run = nil
		}
	}
	for _, r := range name {
		if r < 0x20 || r > 0x7e {
			run = append(run, r)
			continue
		}
		flush()
		out.WriteRune(r)
		if r == '&' {
			out.WriteByte('-')
		}
	}
	flush()
	return out.String()
}

var mailboxBase64 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding)

func base64UTF16(run []rune) string {
	var b []byte
	for _, unit := range utf16.Encode(run) {
		b = binary.BigEndian.AppendUint16(b, unit)
	}
	return mailboxBase64.EncodeToString(b)
}
