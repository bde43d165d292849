package backup

import (
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/job"
)

// maildirTree writes a Maildir for each folder, nested as the folders are.
type maildirTree struct {
	root *os.Root
	dir  string
}

func (t *maildirTree) folder(dir []string) error {
	t.dir = path.Join(dir...)
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := mkdirs(t.root, path.Join(t.dir, sub)); err != nil {
			return err
		}
	}
	return nil
}

func (t *maildirTree) add(c *job.Converted) (fresh bool, err error) {
	name := path.Join(t.dir, "cur", maildirName(c.Result))
	size, err := sizeOf(t.root, name)
	if err != nil || size == c.Spool.Size() {
		return false, err
	}
	return true, writeWhole(t.root, name, c.Result.InternalDate, func(w io.Writer) error {
		_, err := io.Copy(w, c.Spool.Reader())
		return err
	})
}

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
