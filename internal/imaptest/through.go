package imaptest

import (
	"net"
	"strconv"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imaptest/line"
)

// Line is the same server at the far end of a network line, e.g. s.Line(t, line.Even(25*time.Millisecond, 12_500_000)), and
// the line, which can be broken. It ends with the test.
func (s *Server) Line(t testing.TB, o line.Options) (*Server, *line.Line) {
	t.Helper()
	l := line.New(o)
	t.Cleanup(func() { _ = l.Close() }) // connections that are cut are what a test wants
	far := *s
	for _, port := range []*int{&far.Port, &far.TLSPort} {
		var err error
		if *port, err = l.Listen(net.JoinHostPort(s.Host, strconv.Itoa(*port))); err != nil {
			t.Fatal(err)
		}
	}
	return &far, l
}
