package journal_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/journal"
)

func open(t *testing.T, dir string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestTornLastLine(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "job")
	j := open(t, dir)
	for _, id := range []string{"1-a", "1-b"} {
		if err := j.Append(journal.Entry{Item: id, Mailbox: "Küche", UID: 7}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "journal.jsonl")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b[:len(b)-10], 0o600); err != nil {
		t.Fatal(err)
	}
	j = open(t, dir)
	if err := j.Append(journal.Entry{Item: "1-c"}); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	got, torn, err := journal.Read(dir)
	if err != nil || torn != 1 || len(got) != 2 || got[0].Item != "1-a" || got[0].Mailbox != "Küche" || got[1].Item != "1-c" {
		t.Errorf("got %+v, %d torn, error %v", got, torn, err)
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
	other, err := journal.Acquire(dir, "other@host:993")
	if err != nil {
		t.Fatalf("another account: %v", err)
	}
	if err := errors.Join(first.Release(), other.Release()); err != nil {
		t.Fatal(err)
	}
	again, err := journal.Acquire(dir, "user@host:993")
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Release(); err != nil {
		t.Error(err)
	}
}

func TestReadNothing(t *testing.T) {
	got, torn, err := journal.Read(t.TempDir())
	if len(got) != 0 || torn != 0 || err != nil {
		t.Errorf("got %v, %d, %v", got, torn, err)
	}
}
