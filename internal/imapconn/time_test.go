package imapconn_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

// slowConn takes a quarter of a minute for every write, as a bad line does.
type slowConn struct{ net.Conn }

func (c slowConn) Write(p []byte) (int, error) {
	time.Sleep(15 * time.Second)
	return c.Conn.Write(p)
}

func overPipe(f *imaptest.Fake, wrap func(net.Conn) net.Conn) imapconn.Config {
	cfg := plain(f)
	cfg.Host, cfg.Timeout = "imap.test", 30*time.Second
	cfg.Dialer = pipe(f, wrap)
	return cfg
}

func asIs(c net.Conn) net.Conn { return c }

// A literal may take as long as it likes as long as it moves: here twenty minutes, in steps of half the timeout.
func TestSlowUploadIsNotCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := imaptest.NewFake(signedIn("C: APPEND", "S: +", "L:", "S: $ OK [APPENDUID 1 2] done", "eof")...)
		start := time.Now()
		a := appender(t, overPipe(fake, func(c net.Conn) net.Conn { return slowConn{c} }))
		done := mustAppend(t, a, "A", message("a: b\n\n"+strings.Repeat("x", 4<<20)))
		if took := time.Since(start); done.UID != 2 || took < 15*time.Minute {
			t.Errorf("%+v after %v", done, took)
		}
		a.Abandon()
	})
}

func TestSlowDownloadIsNotCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		steps := signedIn("C: EXAMINE", "S: * 1 EXISTS", "S: $ OK",
			"C: UID FETCH", "S: * 1 FETCH (UID 1 FLAGS ()"+fetchDate+"BODY[] {400000}\r\n"+strings.Repeat("x", 400_000)+")", "S: $ OK", "eof")
		conn := dial(t, overPipe(imaptest.NewFake(steps...), func(c net.Conn) net.Conn { return dripConn{c} }))
		start := time.Now()
		// The callback too may take its time: only waiting for the server counts.
		err := readBack(t, conn, imapconn.ReadBack{Mailbox: "A", Whole: []uint32{1}}, nil, func(imapconn.Fetched) error { time.Sleep(time.Hour); return nil })
		if took := time.Since(start); err != nil || took < time.Hour+10*time.Minute {
			t.Errorf("after %v: %v", took, err)
		}
		_ = conn.Close()
	})
}

// dripConn receives at most 4 kB in ten seconds.
type dripConn struct{ net.Conn }

func (c dripConn) Read(p []byte) (int, error) {
	time.Sleep(10 * time.Second)
	return c.Conn.Read(p[:min(len(p), 4096)])
}

func TestSilentServer(t *testing.T) {
	for name, steps := range map[string][]string{
		"at greeting":     {"eof"},
		"at sign-in":      {"S: * OK [CAPABILITY IMAP4rev1] hi", "C: LOGIN", "eof"},
		"at LIST":         signedIn("C: LIST", "eof"),
		"within a line":   signedIn("C: LIST", `S: * LIST () "/" {20}`, "eof"),
		"at APPEND":       signedIn("C: APPEND", "eof"),
		"after a message": signedIn("C: APPEND", "S: +", "L:", "eof"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				do := list
				if name == "at APPEND" || name == "after a message" {
					do = appendOne
				}
				err := do(t.Context(), overPipe(imaptest.NewFake(steps...), asIs))
				var lost *imapconn.ConnectError
				if !errors.As(err, &lost) || lost.Reason != imapconn.TimedOut || !errors.Is(err, imapconn.ErrTimeout) {
					t.Fatalf("got %v", err)
				}
				if took := time.Since(start); took < 30*time.Second || took > 31*time.Second {
					t.Errorf("took %v", took)
				}
				if errors.Is(err, imapconn.ErrUnknownOutcome) != (name == "after a message") {
					t.Errorf("outcome: %v", err)
				}
			})
		})
	}
}

func list(ctx context.Context, cfg imapconn.Config) error {
	conn, err := imapconn.Dial(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	_, err = conn.Mailboxes(ctx)
	return err
}

func appendOne(ctx context.Context, cfg imapconn.Config) error {
	a, err := imapconn.DialAppender(ctx, cfg)
	if err != nil {
		return err
	}
	defer a.Abandon()
	_, err = put(a, "A", message("a: b\n\n"))
	return err
}

// Between calls a server may be silent for as long as the program is busy with something else.
func TestIdleConnectionIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := imaptest.NewFake(signedIn("C: LIST", `S: * LIST () "/" INBOX`, "S: $ OK", "eof")...)
		conn := dial(t, overPipe(fake, asIs))
		time.Sleep(3 * time.Hour)
		if list, err := conn.Mailboxes(t.Context()); err != nil || len(list) != 1 {
			t.Errorf("%v, %v", list, err)
		}
		_ = conn.Close()
	})
}

func TestContextEndsAnyCall(t *testing.T) {
	for name, steps := range map[string][]string{
		"greeting": {"eof"},
		"sign-in":  {"S: * OK [CAPABILITY IMAP4rev1] hi", "C: LOGIN", "eof"},
		"list":     signedIn("C: LIST", "eof"),
		"append":   signedIn("C: APPEND", "eof"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				do := list
				if name == "append" {
					do = appendOne
				}
				if err := do(ctx, overPipe(imaptest.NewFake(steps...), asIs)); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}
