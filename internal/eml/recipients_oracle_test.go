package eml

import (
	"cmp"
	"io/fs"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// people are the recipients of a mail in two forms: by address, and where there
// is none by name; and by name, and where there is none by address. An address in
// Exchange that we can resolve has only the name in common with what others tell.
type people struct{ byAddress, byName string }

func (p people) isOf(o people) bool { return p.byAddress == o.byAddress || p.byName == o.byName }

// gather makes people of lines.
func gather(byAddress, byName []string) people {
	join := func(list []string) string {
		slices.Sort(list)
		return strings.Join(slices.Compact(list), "")
	}
	return people{join(byAddress), join(byName)}
}

// person is a recipient in both forms.
func person(kind, name, address string) (byAddress, byName string) {
	address = strings.ToLower(address)
	if !strings.Contains(address, "@") || strings.HasSuffix(address, "@imcea.invalid") {
		address = ""
	}
	name = strings.ToLower(cleanName(name, address))
	name, address = cmp.Or(name, address), cmp.Or(address, name)
	return kind + " " + address + "\n", kind + " " + name + "\n"
}

// The recipients of mail without an original header are those that pffexport
// finds in its tables; where there is a header, it wins.
func TestRecipientsAgainstPffexport(t *testing.T) {
	pffexport := testneed.Tool(t, "pffexport")
	compared := 0
	for _, path := range realFiles(t) {
		if st, err := os.Stat(path); err != nil || filepath.Base(path) == "enron.pst" || // has all headers
			testing.Short() && st.Size() > 300_000 {
			continue
		}
		var ours []people
		eachMail(t, path, func(m *pst.Message, s string, _ *Result) {
			if stored, ok := m.Text(mapi.TransportMessageHeaders); ok && stored != "" {
				return
			}
			if class, _ := m.Text(mapi.MessageClass); strings.HasPrefix(strings.ToLower(class), "ipm.schedule.meeting.") {
				return // pffexport writes the recipients of mail and appointments only
			}
			if p := writtenRecipients(t, s); p != (people{}) {
				ours = append(ours, p)
			}
		})
		if len(ours) == 0 {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			target := filepath.Join(t.TempDir(), "x")
			output(t, pffexport, "-q", "-m", "items", "-t", target, path)
			theirs := exportedRecipients(t, target+".export")
			for _, p := range ours {
				compared++
				i := slices.IndexFunc(theirs, p.isOf)
				if i < 0 {
					t.Errorf("no mail of pffexport has the %d recipients of ours", strings.Count(p.byAddress, "\n"))
					continue
				}
				theirs = slices.Delete(theirs, i, i+1)
			}
		})
	}
	t.Logf("%d mails compared", compared)
	if !testing.Short() && compared < 370 {
		t.Error("that is too few")
	}
}

var groupName = regexp.MustCompile(`("[^"]*"|[^,"]+):;(?:, )?`)

// writtenRecipients are those of the fields of a mail.
func writtenRecipients(t *testing.T, s string) people {
	t.Helper()
	var byAddress, byName []string
	add := func(kind, name, address string) {
		a, n := person(kind, name, address)
		byAddress, byName = append(byAddress, a), append(byName, n)
	}
	for _, kind := range []string{"To", "Cc", "Bcc"} {
		v, _ := field(t, s, kind)
		for _, g := range groupName.FindAllStringSubmatch(v, -1) {
			add(kind, decodeWords(strings.Trim(g[1], `" `)), "")
		}
		if v = strings.Trim(groupName.ReplaceAllString(v, ""), ", "); v == "" {
			continue
		}
		all, err := mail.ParseAddressList(v)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		for _, a := range all {
			add(kind, a.Name, a.Address)
		}
	}
	return gather(byAddress, byName)
}

// exportedRecipients are those in each Recipients.txt of an item that is in no
// other and has no original header.
func exportedRecipients(t *testing.T, dir string) []people {
	t.Helper()
	var out []people
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "Attachments" {
			return filepath.SkipDir
		}
		if err != nil || d.Name() != "Recipients.txt" {
			return err
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), "InternetHeaders.txt")); err == nil {
			return nil
		}
		b, err := os.ReadFile(path)
		out = append(out, recipientList(string(b)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// recipientList reads a Recipients.txt.
func recipientList(text string) people {
	var byAddress, byName []string
	for block := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		row := map[string]string{}
		for line := range strings.SplitSeq(block, "\n") {
			if k, v, ok := strings.Cut(line, ":"); ok {
				row[k] = strings.TrimSpace(v)
			}
		}
		kind := map[string]string{"To": "To", "CC": "Cc", "BCC": "Bcc"}[row["Recipient type"]]
		if kind != "" {
			a, n := person(kind, cmp.Or(row["Display name"], row["Recipient display name"]), row["Email address"])
			byAddress, byName = append(byAddress, a), append(byName, n)
		}
	}
	return gather(byAddress, byName)
}
