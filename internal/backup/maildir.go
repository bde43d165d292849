package backup

import (
	"errors"
	"fmt"
	"os"
	"path"
	"runtime"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/job"
)

// maildirTree writes a Maildir for each folder, nested as the folders are.
type maildirTree struct{ tree }

func newMaildirTree(root *os.Root) *maildirTree { return &maildirTree{newTree(root)} }

// messages is where the messages of a folder are.
func messages(dir []string) string { return path.Join(path.Join(dir...), "cur") }

func (t *maildirTree) place() func([]string, *job.Converted) {
	return func(dir []string, c *job.Converted) { t.begin(messages(dir), c) }
}

func (t *maildirTree) write(dir []string, c *job.Converted) (fresh bool, err error) {
	return t.store(messages(dir), maildirName(c.Result), c)
}

// folder makes the other folders that a Maildir has to have.
func (t *maildirTree) folder(dir []string) error {
	d := path.Join(dir...)
	return errors.Join(mkdirs(t.root, path.Join(d, "new")), mkdirs(t.root, path.Join(d, "tmp")))
}

func (t *maildirTree) left(dir []string) error { return t.leave(messages(dir)) }

func (t *maildirTree) add(_ *job.Converted, fresh bool) (bool, error) { return fresh, nil }

func (t *maildirTree) finish() error { return nil }

// maildirName has the time of arrival, the identity, and the flags in the order
// that Maildir wants. Windows does not take the colon before them; programs
// there use a semicolon.
func maildirName(r *eml.Result) string {
	t := firstDate(r)
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	mark := ":2,"
	if runtime.GOOS == "windows" {
		mark = ";2,"
	}
	var flags strings.Builder
	for _, f := range []struct{ imap, letter string }{
		{`\Draft`, "D"}, {`\Flagged`, "F"}, {"$Forwarded", "P"}, {`\Answered`, "R"}, {`\Seen`, "S"},
	} {
		for _, have := range r.Flags {
			if strings.EqualFold(have, f.imap) {
				flags.WriteString(f.letter)
			}
		}
	}
	return fmt.Sprintf("%d.%s.pst2imap%s%s", t.Unix(), r.ID, mark, flags.String())
}
