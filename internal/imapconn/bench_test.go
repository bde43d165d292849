package imapconn_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// dovecotAnswer is an answer about n messages of ours, made up in the form in which Dovecot writes it.
func dovecotAnswer(n int, meta bool) []byte {
	var b bytes.Buffer
	day := time.Date(2019, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	for i := 1; i <= n; i++ {
		day = day.Add(37 * time.Minute)
		fields := fmt.Sprintf("X-Pst2imap-Id: 1-%032x; c=4-5f2b6c1e\r\nFrom: \"Person %d\" <person%d@example.com>\r\nDate: %s\r\n"+
			"Message-ID: <%016x.%d@mail.example.com>\r\n\r\n", uint64(i)*0x9e3779b97f4a7c15, i%97, i%97, day.Format(time.RFC1123Z), uint64(i)*0xdeadbeef, i)
		flags := []string{`\Seen`, `\Answered \Seen`, ``, `\Seen $Forwarded`}[i/5%4]
		fmt.Fprintf(&b, "* %d FETCH (UID %d FLAGS (%s) ", i, i+100, flags)
		if meta {
			fmt.Fprintf(&b, "INTERNALDATE \"%s\" RFC822.SIZE %d ", day.Format("02-Jan-2006 15:04:05 -0700"), 1000+i*7919%90_000)
		}
		fmt.Fprintf(&b, "%s{%d}\r\n%s)\r\n", header, len(fields), fields)
	}
	b.WriteString("i1 OK Fetch completed (0.001 + 0.000 secs).\r\n")
	return b.Bytes()
}

// BenchmarkIndex reads what the server says of 10,000 messages.
func BenchmarkIndex(b *testing.B) {
	const messages = 10_000
	for _, meta := range []bool{false, true} {
		b.Run(fmt.Sprintf("meta=%v", meta), func(b *testing.B) {
			answer := dovecotAnswer(messages, meta)
			b.SetBytes(int64(len(answer)))
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				if err := imapconn.ReadAnswer(bytes.NewReader(answer), func(imapconn.Entry) { n++ }); err != nil || n != messages {
					b.Fatalf("%d messages, %v", n, err)
				}
			}
		})
	}
}
