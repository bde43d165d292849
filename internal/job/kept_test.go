package job_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/rescue"
)

// Whatever becomes of a kept message, its file does not stay open: a folder may have
// more of them than a process can have open files, and on Windows none that is open can
// be removed.
func TestKeptFilesAreClosed(t *testing.T) {
	const id, body = "1-00112233445566778899aabbccddeeff", "Subject: a\r\n\r\ntext\r\n"
	f := jobtest.Rescue(t, t.TempDir())
	for node := range uint32(3) {
		e := rescue.Entry{Item: id, Store: "ab", Node: node, Mailbox: "Work", Folder: []string{"Work"}, Reason: "no"}
		if _, err := f.Keep(e, strings.NewReader("X-Pst2imap-Id: "+id+"; c=1-0\r\n"+body)); err != nil {
			t.Fatal(err)
		}
	}
	j := job.OpenRescue(f, event.Discard{})
	for ref := range j.Items() {
		it, err := j.Open(ref)
		if err != nil {
			t.Fatal(err)
		}
		switch ref.ID {
		case 0: // is not wanted
		case 1: // is
			var out strings.Builder
			if res, err := it.Convert(&out); err != nil || out.String() != body || res.Size != int64(len(body)) {
				t.Errorf("%q, %v", out.String(), err)
			}
		case 2: // cannot be written
			if _, err := it.Convert(full{}); err == nil {
				t.Error("no error")
			}
		}
		it.Release()
		it.Release()
		if _, err := j.Open(ref); err != nil { // its first line is known
			t.Error(err)
		}
	}
	if open := openFiles(f.Dir()); len(open) > 0 {
		t.Errorf("%d files are open", len(open))
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// openFiles are the messages in a folder that this process has open; none where the
// system does not tell.
func openFiles(dir string) (open []string) {
	links, _ := filepath.Glob("/proc/self/fd/*") // the pattern is a good one
	for _, link := range links {
		if file, err := os.Readlink(link); err == nil && strings.HasPrefix(file, dir) && strings.HasSuffix(file, ".eml") {
			open = append(open, file)
		}
	}
	return open
}
