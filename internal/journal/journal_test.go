package journal_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/journal"
)

func open(t *testing.T, dir string) *journal.Journal {
	t.Helper()
	j, _, err := journal.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// check ends the test with any of the errors.
func check(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestTornLastLine(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "job")
	j := open(t, dir)
	check(t, j.Append(journal.Entry{Item: "1-a", Mailbox: "Küche", UID: 7}, journal.Entry{Item: "1-b", Mailbox: "Küche", UID: 8}), j.Close())
	path := filepath.Join(dir, "journal.jsonl")
	b, err := os.ReadFile(path)
	check(t, err, os.WriteFile(path, b[:len(b)-10], 0o600))
	j = open(t, dir)
	check(t, j.Append(journal.Entry{Item: "1-c"}), j.Close())
	got, err := journal.Read(dir)
	if err != nil || got.Torn != 1 || len(got.Entries) != 2 || got.Entries[0].Item != "1-a" || got.Entries[0].Mailbox != "Küche" || got.Entries[1].Item != "1-c" {
		t.Errorf("got %+v, error %v", got, err)
	}
}

// What a run leaves open is open in the next one, whose intents have other numbers.
func TestIntents(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	in := journal.Intent{Mailbox: "Work", UIDValidity: 3, UIDNext: 9, Items: []string{"1-a", "1-b"}, Bytes: 70, At: time.Unix(1700000000, 0).UTC()}
	first, err := j.Intend(in)
	check(t, err)
	second, err := j.Intend(journal.Intent{Mailbox: "Other", Items: []string{"1-c"}})
	check(t, err, j.Settle(second), j.Close())
	j, past, err := journal.Open(dir)
	check(t, err)
	in.N = first
	if !reflect.DeepEqual(past.Open, []journal.Intent{in}) {
		t.Errorf("open: %+v", past.Open)
	}
	third, err := j.Intend(in)
	if err != nil || third == first || third == second {
		t.Errorf("number %d after %d and %d, %v", third, first, second, err)
	}
	check(t, j.SettleLost(first), j.Settle(third), j.Close())
	in.N = 0
	if past, err = journal.Read(dir); err != nil || len(past.Open) != 0 || !reflect.DeepEqual(past.Lost, []journal.Intent{in}) {
		t.Errorf("open: %+v, lost: %+v, %v", past.Open, past.Lost, err)
	}
}

// What intents say does not get mixed up, however long they are and whenever they
// are settled.
func TestManyIntents(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	var want, lost []journal.Intent
	var numbers []int
	for i := range 200 {
		in := journal.Intent{Mailbox: fmt.Sprint("M", i), Items: slices.Repeat([]string{fmt.Sprint("1-", i)}, 1+i*i%37*150*(i%3)), At: time.Unix(1700000000, 0).UTC()}
		n, err := j.Intend(in)
		check(t, err)
		want, numbers = append(want, in), append(numbers, n)
		if i%2 == 1 { // settle one of those before
			at := i * 7 % len(want)
			if i%5 == 0 {
				check(t, j.SettleLost(numbers[at]))
				lost = append(lost, want[at])
			} else {
				check(t, j.Settle(numbers[at]), j.Settle(numbers[at]))
			}
			want, numbers = slices.Delete(want, at, at+1), slices.Delete(numbers, at, at+1)
		}
	}
	check(t, j.Close())
	past, err := journal.Read(dir)
	check(t, err)
	for i := range want {
		want[i].N = numbers[i]
	}
	if !reflect.DeepEqual(past.Open, want) || !reflect.DeepEqual(past.Lost, lost) || past.Torn != 0 {
		t.Errorf("%d open, %d lost, %d torn; want %d and %d", len(past.Open), len(past.Lost), past.Torn, len(want), len(lost))
	}
}

// All lines about items are there however many there are, and read in either way.
func TestManyItems(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	var entries []journal.Entry
	var known []journal.Known
	for i := range 3000 {
		entries = append(entries, journal.Entry{Item: fmt.Sprint("1-e", i), Mailbox: strings.Repeat("A&B", i/1000), UID: uint32(i)})
		known = append(known, journal.Known{Store: "ab", Item: fmt.Sprint("1-k", i)})
	}
	check(t, j.Know(known[:1000]...), j.Append(entries...), j.Know(known[1000:]...), j.Close())
	past, err := journal.Read(dir)
	check(t, err)
	j, begun, items, err := journal.Begin(dir)
	check(t, err, items(), j.Close())
	for _, p := range []*journal.Past{past, begun} {
		if !slices.Equal(p.Entries, entries) || !slices.Equal(p.Known, known) || p.Torn != 0 {
			t.Errorf("%d entries and %d known, %d torn", len(p.Entries), len(p.Known), p.Torn)
		}
	}
}

func TestMemory(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	k := journal.Known{Store: "ab", Node: 0x200024, Stamp: 1<<63 + 1, Item: "1-a"}
	old := k
	old.Stamp = 4
	check(t, j.Made("A"), j.Made("A/B"), j.Made("A"), j.Know(old, k), j.Rate(1e5), j.Rate(2e4), j.Close())
	past, err := journal.Read(dir)
	check(t, err)
	if !slices.Equal(past.Known, []journal.Known{old, k}) || past.Slowest != 2e4 || !slices.Equal(past.Made, []string{"A", "A/B"}) {
		t.Errorf("got %+v", past)
	}
}

// What is written meanwhile is not of the past, and what is undone is not there.
func TestBegin(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	kept := journal.Entry{Item: "1-a", Mailbox: "A", UIDValidity: 1, UID: 7, Stamp: 3}
	known := journal.Known{Store: "ab", Item: "1-c"}
	check(t, j.Append(kept, journal.Entry{Item: "1-b", Mailbox: "A", UIDValidity: 1, UID: 8}), j.Know(known),
		j.Made("A"), j.Undone("A", 1, []uint32{8}), j.Close())
	j, past, items, err := journal.Begin(dir)
	check(t, err)
	if len(past.Entries)+len(past.Known) != 0 || !slices.Equal(past.Made, []string{"A"}) {
		t.Errorf("at first %+v", past)
	}
	check(t, j.Append(journal.Entry{Item: "1-d"}), items(), j.Close())
	if !slices.Equal(past.Entries, []journal.Entry{kept}) || !slices.Equal(past.Known, []journal.Known{known}) || past.Torn != 0 {
		t.Errorf("then %+v", past)
	}
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	first, err := journal.Acquire(dir, "user@host:993")
	if err != nil {
		t.Fatal(err)
	}
	_, err = journal.Acquire(dir, "user@host:993")
	var locked *journal.LockedError
	if !errors.As(err, &locked) || !strings.Contains(locked.Holder, "process ") {
		t.Errorf("second run: %v", err)
	}
	if err := first.SetJob("/jobs/a"); err != nil || first.Job() != "/jobs/a" {
		t.Errorf("job folder %q, %v", first.Job(), err)
	}
	other, err := journal.Acquire(dir, "other@host:993")
	if err != nil {
		t.Fatalf("another account: %v", err)
	}
	if job := other.Job(); job != "" {
		t.Errorf("another account has the job folder %q", job)
	}
	if err := errors.Join(first.Release(), other.Release()); err != nil {
		t.Fatal(err)
	}
	again, err := journal.Acquire(dir, "user@host:993")
	if err != nil {
		t.Fatal(err)
	}
	if job, err := again.Job(), again.Release(); job != "/jobs/a" || err != nil {
		t.Errorf("job folder %q afterwards, %v", job, err)
	}
}

func TestReadNothing(t *testing.T) {
	got, err := journal.Read(t.TempDir())
	if err != nil || len(got.Entries)+len(got.Open)+got.Torn != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}
