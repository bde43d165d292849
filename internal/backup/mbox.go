package backup

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/job"
)

// mboxTree writes a file for each folder, in the mboxrd form: a line of the
// message that looks like a separator, quoted or not, gets one more ">".
type mboxTree struct {
	root *os.Root
	name string // of the current folder's file
	part *os.File
	w    *bufio.Writer
	sum  hash.Hash
	old  int // messages in the file of an earlier run
	n    int
}

func (t *mboxTree) folder(dir []string) error {
	if err := t.finish(); err != nil {
		return err
	}
	t.name = path.Join(dir...) + ".mbox"
	if err := mkdirs(t.root, path.Dir(t.name)); err != nil {
		return err
	}
	var err error
	if t.old, err = countMbox(t.root, t.name); err != nil {
		return err
	}
	if t.part, err = t.root.OpenFile(t.partName(), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600); err != nil {
		return err
	}
	t.sum, t.n = sha256.New(), 0
	t.w = bufio.NewWriterSize(io.MultiWriter(t.part, t.sum), 64<<10)
	return nil
}

func (t *mboxTree) partName() string { return path.Join(path.Dir(t.name), ".part-"+path.Base(t.name)) }

func (t *mboxTree) place() func([]string, *job.Converted) { return nil }

func (t *mboxTree) write([]string, *job.Converted) (fresh bool, err error) { return false, nil }

// add counts a message as there before when the file of an earlier run has as
// many: items are written in the same order in every run.
func (t *mboxTree) add(c *job.Converted, _ bool) (fresh bool, err error) {
	t.n++
	fresh = t.n > t.old
	if _, err := io.WriteString(t.w, fromLine(c.Result)); err != nil {
		return fresh, err
	}
	if err := t.copy(c.Spool.Reader(), statusFields(c.Result.Flags)); err != nil {
		return fresh, err
	}
	_, err = io.WriteString(t.w, "\n")
	return fresh, err
}

// copy writes a message with LF line ends, quoted, and more fields at the end
// of its header. Lines may be of any length.
func (t *mboxTree) copy(r io.Reader, fields string) error {
	br := bufio.NewReaderSize(r, 64<<10)
	for header, start := true, true; ; {
		piece, err := br.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		text, whole := bytes.CutSuffix(piece, []byte("\n"))
		text = bytes.TrimSuffix(text, []byte("\r"))
		if header && start && whole && len(text) == 0 {
			header = false
			_, _ = t.w.WriteString(fields) // a later write says the same error
		}
		if start && bytes.HasPrefix(bytes.TrimLeft(text, ">"), []byte("From ")) {
			_ = t.w.WriteByte('>') // the same
		}
		_, _ = t.w.Write(text) // the same
		if start = whole || errors.Is(err, io.EOF) && len(piece) > 0; start {
			_ = t.w.WriteByte('\n') // the same
		}
		if errors.Is(err, io.EOF) {
			_, err := t.w.Write(nil)
			return err
		}
	}
}

// fromLine is the separator: the sender's address and the date of arrival.
func fromLine(r *eml.Result) string {
	from := claim.Address(r.From)
	if from == "" || strings.ContainsAny(from, " \t") {
		from = "MAILER-DAEMON"
	}
	t := firstDate(r)
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	return fmt.Sprintf("From %s %s\n", from, t.UTC().Format(time.ANSIC))
}

// statusFields carry the flags, as mail programs have written them to mbox files for long.
func statusFields(flags []string) string {
	status, xstatus := "O", ""
	var keywords []string
	for _, f := range flags {
		switch f {
		case `\Seen`:
			status = "RO"
		case `\Answered`:
			xstatus += "A"
		case `\Flagged`:
			xstatus += "F"
		case `\Draft`:
			xstatus += "T"
		default:
			keywords = append(keywords, f)
		}
	}
	out := "Status: " + status + "\n"
	if xstatus != "" {
		out += "X-Status: " + xstatus + "\n"
	}
	if len(keywords) > 0 {
		out += "X-Keywords: " + strings.Join(keywords, " ") + "\n"
	}
	return out
}

func (t *mboxTree) left([]string) error { return nil }

// finish puts the file of the folder in its place. One that is there with the
// same bytes stays as it is.
func (t *mboxTree) finish() error {
	if t.part == nil {
		return nil
	}
	err := t.w.Flush()
	err = errors.Join(err, t.part.Close())
	t.part = nil
	if err != nil {
		return errors.Join(err, remove(t.root, t.partName()))
	}
	same, err := hasSum(t.root, t.name, t.sum.Sum(nil))
	if err != nil {
		return err
	}
	if same {
		return remove(t.root, t.partName())
	}
	return t.root.Rename(t.partName(), t.name)
}

// close leaves the unfinished file of a run that was stopped.
func (t *mboxTree) close() error {
	if t.part == nil {
		return nil
	}
	return t.part.Close()
}

func hasSum(root *os.Root, name string, sum []byte) (bool, error) {
	if size, err := sizeOf(root, name); size < 0 || err != nil {
		return false, err
	}
	f, err := root.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return false, err
	}
	return bytes.Equal(h.Sum(nil), sum), nil
}

// countMbox counts the messages in an mbox file, 0 when there is none.
func countMbox(root *os.Root, name string) (int, error) {
	if size, err := sizeOf(root, name); size < 0 || err != nil {
		return 0, err
	}
	f, err := root.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n := 0
	br := bufio.NewReaderSize(f, 64<<10)
	for start := true; ; {
		line, err := br.ReadSlice('\n')
		if start && bytes.HasPrefix(line, []byte("From ")) {
			n++
		}
		start = len(line) > 0 && line[len(line)-1] == '\n'
		switch {
		case errors.Is(err, io.EOF):
			return n, nil
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return n, err
		}
	}
}
