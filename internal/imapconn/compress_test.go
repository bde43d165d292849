package imapconn_test

import (
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

// squeezed appends before and after Compress, in every way that package upload does, and gives the bytes of the last message on
// the line.
func squeezed(t *testing.T, s *imaptest.Server) (sent int64) {
	a, err := imapconn.DialAppender(t.Context(), config(s))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Abandon()
	one := func(text string) imapconn.Message { return message("a: b\n\n"+text+"\n", `\Seen`) }
	send := func(b *imapconn.Batch) {
		t.Helper()
		b.Mailbox = "INBOX"
		err := a.Send(b, func(o imapconn.Outcome) {
			if o.Err != nil {
				t.Error(o.Err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	send(&imapconn.Batch{Messages: []imapconn.Message{one("plain")}, Ask: true})
	a.Wait()
	if err := a.Compress(); err != nil {
		t.Fatal(err)
	}
	if err := a.Compress(); err != nil || a.CanCompress() {
		t.Errorf("again: %v, %v", err, a.CanCompress())
	}
	send(&imapconn.Batch{Messages: []imapconn.Message{one("asked")}, Ask: true})
	send(&imapconn.Batch{Messages: []imapconn.Message{one("two"), one("at once")}})
	a.Wait()
	before, _ := a.Traffic()
	send(&imapconn.Batch{Messages: []imapconn.Message{one(strings.Repeat("the same again\n", 10_000))}})
	a.Wait()
	after, _ := a.Traffic()
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if n := s.Count(t, "INBOX"); n != 5 {
		t.Errorf("%d messages have arrived, not 5", n)
	}
	return after - before
}

func TestCompress(t *testing.T) {
	t.Parallel()
	s := imaptest.Dovecot(t, imaptest.Config("mail_plugins = $mail_plugins zlib",
		"protocol imap {\n  mail_plugins = $mail_plugins imap_zlib\n}"))
	if n := squeezed(t, s); n > 20_000 {
		t.Errorf("a message of 150 kB took %d bytes", n)
	}
	if n := squeezed(t, imaptest.Dovecot(t)); n < 150_000 {
		t.Errorf("a server that does not offer it got %d bytes", n)
	}
}

func TestCompressRefused(t *testing.T) {
	t.Parallel()
	steps := signedIn("C: COMPRESS DEFLATE", "S: $ NO [COMPRESSIONACTIVE] no", "C: APPEND", "L:", "S: $ OK done", "eof")
	steps[0] = strings.Replace(steps[0], "LITERAL+", "LITERAL+ COMPRESS=DEFLATE", 1)
	a, err := imapconn.DialAppender(t.Context(), plain(imaptest.Script(t, steps...)))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Abandon()
	if err := a.Compress(); err != nil || a.CanCompress() {
		t.Fatalf("%v, %v", err, a.CanCompress())
	}
	err = a.Send(&imapconn.Batch{Mailbox: "A", Messages: []imapconn.Message{message("a: b\n\nc\n")}}, func(o imapconn.Outcome) {
		if o.Err != nil {
			t.Error(o.Err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Wait()
}

func TestCompressLosesTheConnection(t *testing.T) {
	t.Parallel()
	steps := signedIn("C: COMPRESS DEFLATE")
	steps[0] = strings.Replace(steps[0], "LITERAL+", "LITERAL+ COMPRESS=DEFLATE", 1)
	a, err := imapconn.DialAppender(t.Context(), plain(imaptest.Script(t, steps...)))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Abandon()
	if err := a.Compress(); err == nil || a.Alive() {
		t.Errorf("%v, alive %v", err, a.Alive())
	}
}
