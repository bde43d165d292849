package journal_test

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/journal"
)

// written makes the journal of a job that appended n messages, some of them in one
// command, several commands at a time.
func written(tb testing.TB, n int) (dir string) {
	tb.Helper()
	dir = tb.TempDir()
	j, _, err := journal.Open(dir)
	if err != nil {
		tb.Fatal(err)
	}
	random := rand.NewChaCha8([32]byte{1})
	digits := func(bytes int) string {
		b := make([]byte, bytes)
		_, _ = random.Read(b)
		return hex.EncodeToString(b)
	}
	flags := []string{"*Seen", "*Seen", "", "*Seen *Answered"}
	ask := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	const atOnce, under = 10, 4
	var flights []int
	for at := 0; at < n; at += atOnce {
		box := fmt.Sprintf("Archive/Year %d", at/2000%20)
		in := journal.Intent{Mailbox: box, UIDValidity: 1796105351, UIDNext: 1, Bytes: 26355, At: time.Unix(1796105351, 0).UTC()}
		var entries []journal.Entry
		for i := at; i < min(at+atOnce, n); i++ {
			e := journal.Entry{Item: "1-" + digits(16), Store: "70737432696d61702070737474657374", Node: uint32(2097572 + 32*i), Mailbox: box,
				UIDValidity: in.UIDValidity, UID: uint32(i + 1), Size: int64(random.Uint64() % 200000), SHA256: digits(32), Stamp: random.Uint64(),
				Flags: flags[i%len(flags)], Date: int64(1000000000 + random.Uint64()%700000000)}
			entries, in.Items = append(entries, e), append(in.Items, e.Item)
		}
		number, err := j.Intend(in)
		ask(err)
		ask(j.Append(entries...))
		if flights = append(flights, number); len(flights) == under {
			ask(j.Settle(flights[0]))
			flights = flights[1:]
		}
	}
	for _, number := range flights {
		ask(j.Settle(number))
	}
	ask(j.Close())
	return dir
}

// BenchmarkRead reads the journal of a job of 100,000 messages, in one go and as a
// run that goes on with the job does.
func BenchmarkRead(b *testing.B) {
	const n = 100_000
	dir := written(b, n)
	run := func(name string, read func(dir string) (*journal.Past, error)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if past, err := read(dir); err != nil || len(past.Entries) != n || len(past.Open)+past.Torn != 0 {
					b.Fatal(err)
				}
			}
		})
	}
	run("Read", journal.Read)
	run("Open", func(dir string) (*journal.Past, error) {
		j, past, err := journal.Open(dir)
		if err != nil {
			return nil, err
		}
		return past, j.Close()
	})
}

// BenchmarkReadKnown reads the journal of a job whose messages were all there.
func BenchmarkReadKnown(b *testing.B) {
	dir := b.TempDir()
	j, _, err := journal.Open(dir)
	known := make([]journal.Known, 100_000)
	for i := range known {
		known[i] = journal.Known{Store: "70737432696d61702070737474657374", Node: uint32(2097572 + 32*i), Stamp: 1<<63 + uint64(i), Item: fmt.Sprintf("1-%032x", i)}
	}
	if err != nil || j.Know(known...) != nil || j.Close() != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if past, err := journal.Read(dir); err != nil || len(past.Known) != len(known) {
			b.Fatal(err)
		}
	}
}
