package job_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
)

var collected = time.Date(2024, 3, 5, 8, 9, 10, 0, time.UTC)

func itemID(i int) string { return fmt.Sprintf("1-%032x", uint64(i)*0x9e3779b97f4a7c15) }

// entryOf is a message as the server shows it.
func entryOf(i int) imapconn.Entry {
	header := fmt.Sprintf("X-Pst2imap-Id: %s; c=4-5f2b6c1e\r\nFrom: \"Person\" <person%d@example.com>\r\nDate: Tue, 5 Mar 2024 08:09:10 +0000\r\n"+
		"Message-ID: <%016x@mail.example.com>\r\n\r\n", itemID(i), i%97, i)
	return imapconn.Entry{UID: uint32(i), Flags: []string{`\Seen`}, Header: []byte(header), Size: int64(i), Date: collected}
}

// What is kept of messages does not depend on how many the server says there are, and that is not believed where it
// costs memory.
func TestCollect(t *testing.T) {
	const messages = 2500
	for _, expected := range []int64{0, 1, 17, messages, 1 << 32} {
		for _, meta := range []bool{false, true} {
			c := job.NewCollector("Work", meta, expected)
			for i := 1; i <= messages; i++ {
				e := entryOf(i)
				switch i % 100 {
				case 1:
					e.Flags = []string{`\Seen`, `\DELETED`}
				case 2:
					e.Header = []byte("Message-ID: <m@x>\r\nFrom: A <a@x>\r\nX-Pst2imap-Id: 2-0\r\n\r\n")
				case 3:
					e.Date = time.Time{}
				}
				c.Add(e)
				clear(e.Header) // the next message takes its place
			}
			room := 0
			for _, piece := range c.Pieces() {
				room += cap(piece)
			}
			if room > 2*messages+1000 {
				t.Errorf("expected %d: room for %d", expected, room)
			}
			checkCollected(t, slices.Concat(c.Pieces()...), messages, meta)
		}
	}
}

func checkCollected(t *testing.T, got []claim.Copy, messages int, meta bool) {
	t.Helper()
	for i := 1; i <= messages; i++ {
		want := claim.Copy{Mailbox: "Work", UID: uint32(i), ID: itemID(i)}
		var foreign *claim.Fields
		switch i % 100 {
		case 1:
			continue
		case 2:
			want.ID = ""
			foreign = &claim.Fields{MessageID: "<m@x>", From: "a@x"}
		}
		if len(got) == 0 {
			t.Fatalf("message %d is missing", i)
		}
		stored := got[0].Stored
		if f := got[0].Fields; (f == nil) != (foreign == nil) || f != nil && *f != *foreign {
			t.Fatalf("message %d: %+v", i, f)
		}
		if got[0].Stored, got[0].Fields = nil, nil; got[0] != want {
			t.Fatalf("got %+v, want %+v", got[0], want)
		}
		if (stored != nil) != (meta && i%100 != 3) ||
			stored != nil && (stored.Size != int64(i) || stored.Date != collected.Unix() || !slices.Equal(stored.Flags, []string{`\Seen`})) {
			t.Fatalf("message %d: stored %+v", i, stored)
		}
		got = got[1:]
	}
	if len(got) > 0 {
		t.Errorf("%d too many", len(got))
	}
}

// BenchmarkCollect makes copies of 100,000 messages of ours.
func BenchmarkCollect(b *testing.B) {
	const messages = 100_000
	list := make([]imapconn.Entry, 100) // few, for a header is always in the same memory
	for i := range list {
		list[i] = entryOf(i + 1)
	}
	for _, meta := range []bool{false, true} {
		b.Run(fmt.Sprintf("meta=%v", meta), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c := job.NewCollector("Work", meta, messages)
				for i := range messages {
					c.Add(list[i%len(list)])
				}
			}
		})
	}
}
