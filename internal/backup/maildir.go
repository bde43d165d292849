package backup

import (
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

func (t *maildirTree) write(dir []string, c *job.Converted) (fresh bool, err error) {
	d := path.Join(dir...)
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := t.mkdir(path.Join(d, sub)); err != nil {
			return false, err
		}
	}
	return t.store(path.Join(d, "cur", maildirName(c.Result)), c)
}

func (t *maildirTree) folder([]string) error { return nil }

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
