package upload_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/imaptest/line"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/upload"
)

// On a slow line the messages are compressed as soon as it is known to be slow, and arrive all the same.
func TestSlowLineIsCompressed(t *testing.T) {
	s := imaptest.Dovecot(t, imaptest.Config("mail_plugins = $mail_plugins zlib", "protocol imap {\n  mail_plugins = $mail_plugins imap_zlib\n}"))
	far, l := s.Line(t, line.Even(5*time.Millisecond, 800_000))
	const n, size = 60, 100_000
	var all []*psttest.Message
	for i := range n {
		all = append(all, mail(fmt.Sprint(i), strings.Repeat("the same again\r\n", size/16)))
	}
	path := jobtest.File(t, work(all...)...)
	r := run(t, far, path, upload.Options{Connections: 1})
	if r.Totals.Uploaded != n {
		t.Errorf("got %+v", r.Totals)
	}
	if got := s.Count(t, "Work"); got != n {
		t.Errorf("%d messages have arrived", got)
	}
	// Until then it is the first command and what may be under way: 1.5 MiB at most.
	if up, _ := l.Carried(); up > n*size/3 {
		t.Errorf("the line has carried %d bytes of %d", up, n*size)
	}
}
