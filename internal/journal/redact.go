package journal

import (
	"bufio"
	"encoding/json"
	"io"
)

// Redact copies the journal in r to w for others to read. scrub takes out of names
// of mailboxes what is private; users and the names of files are left out by file.
// A line that is not whole is left out and counted: nobody knows what is in it.
func Redact(w io.Writer, r io.Reader, scrub, file func(string) string) (torn int, err error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 64<<10), maxLine)
	out := bufio.NewWriter(w)
	for sc.Scan() {
		var l line
		if json.Unmarshal(sc.Bytes(), &l) != nil {
			torn++
			continue
		}
		l.redact(scrub, file)
		text, err := json.Marshal(&l)
		if err != nil {
			return torn, err
		}
		if _, err := out.Write(append(text, '\n')); err != nil {
			return torn, err
		}
	}
	if err := sc.Err(); err != nil {
		return torn, err
	}
	return torn, out.Flush()
}

// redact keeps ids, numbers and times.
func (l *line) redact(scrub, file func(string) string) {
	l.Mailbox = scrub(l.Mailbox)
	if l.Intent != nil {
		l.Intent.Mailbox = scrub(l.Intent.Mailbox)
	}
	if l.About != nil {
		l.About.User = ""
		for i, f := range l.About.Files {
			l.About.Files[i] = file(f)
		}
	}
}
