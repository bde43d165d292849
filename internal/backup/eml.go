package backup

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path"
	"time"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/fsx"
	"github.com/pst2imap/pst2imap/internal/job"
)

// IndexName is the file beside a tree of .eml files that has what the files
// cannot: a line of JSON for each, in the order of the data file.
const IndexName = "index.jsonl"

// IndexLine is a line of the index.
type IndexLine struct {
	Path         string   `json:"path"` // with "/", below the folder of the index
	ID           string   `json:"id"`   // item id
	MessageID    string   `json:"message_id"`
	Subject      string   `json:"subject"`
	Flags        []string `json:"flags"`         // IMAP flags and keywords
	InternalDate string   `json:"internal_date"` // RFC 3339, empty when there is none
	Size         int64    `json:"size"`
	SHA256       string   `json:"sha256"`
}

// emlTree writes a file for each message.
type emlTree struct {
	tree
	dir   string // of the current folder
	index *os.File
	w     *bufio.Writer // to the index
	enc   *json.Encoder
}

const partIndex = ".part-" + IndexName

func newEMLTree(root *os.Root) (*emlTree, error) {
	f, err := root.OpenFile(partIndex, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	w := bufio.NewWriterSize(f, 64<<10)
	t := &emlTree{tree: newTree(root), index: f, w: w, enc: json.NewEncoder(w)}
	t.enc.SetEscapeHTML(false)
	return t, nil
}

func (t *emlTree) place() func([]string, *job.Converted) {
	return func(dir []string, c *job.Converted) { t.begin(path.Join(dir...), c) }
}

func (t *emlTree) write(dir []string, c *job.Converted) (fresh bool, err error) {
	c.Name = emlName(c.Result)
	return t.store(path.Join(dir...), c.Name, c)
}

func (t *emlTree) folder(dir []string) error {
	t.dir = path.Join(dir...)
	return nil
}

func (t *emlTree) add(c *job.Converted, fresh bool) (bool, error) {
	return fresh, t.enc.Encode(indexLine(path.Join(t.dir, c.Name), c.Result))
}

// emlName tells date and subject to people and the identity to a second run.
func emlName(r *eml.Result) string {
	when := "0000-00-00 0000"
	if t := firstDate(r); !t.IsZero() {
		when = t.UTC().Format("2006-01-02 1504")
	}
	subject := fsx.SafeName(r.Subject, "no subject")
	const most = 60
	for len(subject) > most {
		subject = dropLastRune(subject)
	}
	return when + " " + fsx.SafeName(subject, "no subject") + " " + shortID(r.ID) + ".eml"
}

func dropLastRune(s string) string {
	r := []rune(s)
	return string(r[:len(r)-1])
}

func firstDate(r *eml.Result) time.Time {
	if !r.InternalDate.IsZero() {
		return r.InternalDate
	}
	return r.Date
}

func indexLine(name string, r *eml.Result) IndexLine {
	l := IndexLine{Path: name, ID: r.ID, MessageID: r.MessageID, Subject: r.Subject, Flags: r.Flags, Size: r.Size, SHA256: hex.EncodeToString(r.SHA256[:])}
	if l.Flags == nil {
		l.Flags = []string{}
	}
	if !r.InternalDate.IsZero() {
		l.InternalDate = r.InternalDate.UTC().Format(time.RFC3339)
	}
	return l
}

func (t *emlTree) left(dir []string) error { return t.leave(path.Join(dir...)) }

func (t *emlTree) finish() error {
	if err := errors.Join(t.w.Flush(), t.index.Close()); err != nil {
		return err
	}
	return t.root.Rename(partIndex, IndexName)
}

// close leaves the unfinished index of a run that was stopped.
func (t *emlTree) close() error {
	err := t.index.Close()
	if errors.Is(err, os.ErrClosed) {
		err = nil
	}
	return errors.Join(err, t.tree.close())
}
