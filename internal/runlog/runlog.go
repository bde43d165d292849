// Package runlog is the log of a job: what its runs did and when, for support. It is
// bounded, whatever happens: a full file becomes the older one, and the one before
// that is gone. Nothing goes in that is not said to the person as well, so neither
// secrets nor what mail says do.
package runlog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Names of the files in the job folder.
const (
	Name      = "pst2imap.log"
	OlderName = "pst2imap.1.log"
)

// MaxSize is how large a file becomes, in bytes.
const MaxSize = 1 << 20

// maxText is how long a line may be.
const maxText = 2000

// Log is open for writing. A nil one takes everything and keeps nothing. It is safe for
// concurrent use.
type Log struct {
	mu   sync.Mutex
	dir  string
	file *os.File
	size int64
	now  func() time.Time
}

// Open opens the log in dir, which is made when it is not there.
func Open(dir string) (*Log, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	l := &Log{dir: dir, now: time.Now}
	err := l.open()
	return l, err
}

func (l *Log) open() error {
	f, err := os.OpenFile(filepath.Join(l.dir, Name), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	st, err := f.Stat()
	if err != nil {
		_ = f.Close() // nothing was written
		return err
	}
	l.file, l.size = f, st.Size()
	return nil
}

// Printf writes a line with the time. A log that cannot be written does not stop a run.
func (l *Log) Printf(format string, args ...any) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	line := l.now().UTC().Format(time.RFC3339) + " " + plain(fmt.Sprintf(format, args...)) + "\n"
	if l.file != nil && l.size+int64(len(line)) > MaxSize {
		l.rotate()
	}
	if l.file == nil {
		return
	}
	n, err := l.file.WriteString(line)
	l.size += int64(n)
	if err != nil {
		l.end()
	}
}

// rotate makes the file the older one and begins another.
func (l *Log) rotate() {
	l.end()
	if os.Rename(filepath.Join(l.dir, Name), filepath.Join(l.dir, OlderName)) == nil {
		_ = l.open() // else nothing more is kept
	}
}

func (l *Log) end() {
	if l.file != nil {
		_ = l.file.Close() // what matters is in the journal and the report
		l.file = nil
	}
}

// Close ends it.
func (l *Log) Close() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end()
}

// plain is a text on one line that steers no terminal, and not endless.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	return s
}
