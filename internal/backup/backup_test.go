package backup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/backup"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/report"
)

func export(t *testing.T, path, to string, f backup.Format) *report.Report {
	t.Helper()
	j, err := job.Open(context.Background(), []string{path}, job.SourceOptions{}, event.Discard{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	rec := report.NewRecorder("export")
	if err := backup.Run(context.Background(), j, to, f, rec); err != nil {
		t.Fatal(err)
	}
	r := j.Conclude(rec)
	if !r.Totals.Holds() || r.Totals.Found != j.Messages() {
		t.Errorf("the sum does not hold: %+v", r.Totals)
	}
	return r
}

// files lists what is below a folder, with sizes and times.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func names(m map[string]string) []string {
	var out []string
	for n := range m {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

var arrived = time.Date(2024, 3, 5, 8, 9, 10, 0, time.UTC)

func sample() []psttest.Folder {
	mail := func(id, body string, props ...psttest.Prop) *psttest.Message {
		return psttest.Mail(id, "a@example.org", "b@example.org", body, psttest.Str(mapi.InternetMessageID, "<"+id+"@x>"), psttest.Time(mapi.MessageDeliveryTime, arrived)).With(props...)
	}
	return []psttest.Folder{
		{Name: "Inbox", Role: psttest.RoleInbox, Messages: []*psttest.Message{
			mail("1", "Dear all,\r\nFrom here on\r\n>From there\r\nbye\r\n", psttest.Int32(mapi.FlagStatus, 2), psttest.Keywords("Red")),
			mail("2", "unread", psttest.Int32(mapi.MessageFlags, 0)),
			mail("2", "unread", psttest.Int32(mapi.MessageFlags, 0)),
			mail("3", "answered", psttest.Int32(mapi.LastVerbExecuted, 102)),
		}, Folders: []psttest.Folder{{Name: "cur", Messages: []*psttest.Message{mail("4", "x")}}}},
		{Name: "../../etc", Messages: []*psttest.Message{mail("5", "x")}},
		{Name: "Con", Messages: []*psttest.Message{mail("6", "x")}},
		{Name: "con", Messages: []*psttest.Message{mail("7", "x")}},
	}
}

func TestExportTwice(t *testing.T) {
	path := jobtest.File(t, sample()...)
	for _, f := range backup.Formats() {
		t.Run(string(f), func(t *testing.T) {
			to := filepath.Join(t.TempDir(), "out")
			r := export(t, path, to, f)
			if want := (report.Counts{Found: 8, Uploaded: 7, Skipped: 1}); r.Totals != want || !r.Complete {
				t.Errorf("got %+v, %q", r.Totals, r.NotSafeBecause)
			}
			first := files(t, to)
			r = export(t, path, to, f)
			if want := (report.Counts{Found: 8, Present: 7, Skipped: 1}); r.Totals != want {
				t.Errorf("again: %+v", r.Totals)
			}
			second := files(t, to)
			if a, b := strings.Join(names(first), "\n"), strings.Join(names(second), "\n"); a != b {
				t.Errorf("the second run changed the files:\n%s\nto\n%s", a, b)
			}
			for n, b := range first {
				if second[n] != b {
					t.Errorf("the second run changed %s", n)
				}
			}
			if _, err := os.Stat(filepath.Join(to, "..", "etc")); err == nil {
				t.Error("a name led out of the folder")
			}
		})
	}
}

func TestEML(t *testing.T) {
	to := t.TempDir()
	export(t, jobtest.File(t, sample()...), to, backup.EML)
	got := files(t, to)
	var lines []backup.IndexLine
	for line := range strings.Lines(got[backup.IndexName]) {
		var l backup.IndexLine
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	if len(lines) != 7 || len(got) != 8 {
		t.Fatalf("%d lines, %d files", len(lines), len(got))
	}
	for _, l := range lines {
		body, ok := got[l.Path]
		if !ok || int64(len(body)) != l.Size || strings.Contains(body, "X-Pst2imap-Id") {
			t.Errorf("%s: %d bytes, want %d", l.Path, len(body), l.Size)
		}
		st, err := os.Stat(filepath.Join(to, filepath.FromSlash(l.Path)))
		if err != nil || !st.ModTime().Equal(arrived) {
			t.Errorf("%s: %v", l.Path, err)
		}
	}
	if l := lines[0]; strings.Join(l.Flags, " ") != `\Seen \Flagged Red` || l.InternalDate != "2024-03-05T08:09:10Z" || l.MessageID != "<1@x>" {
		t.Errorf("first line %+v", l)
	}
}

func TestMbox(t *testing.T) {
	to := t.TempDir()
	export(t, jobtest.File(t, sample()...), to, backup.Mbox)
	b := files(t, to)["Inbox.mbox"]
	if !strings.HasPrefix(b, "From a@example.org Tue Mar  5 08:09:10 2024\n") || strings.Contains(b, "\r") {
		t.Errorf("the file starts with %.60q", b)
	}
	for _, want := range []string{"\nDear all,\n", "\n>From here on\n", "\n>>From there\n", "\nStatus: RO\nX-Status: F\nX-Keywords: Red\n\n", "\nStatus: O\n\n", "\nX-Status: A\n"} {
		if !strings.Contains(b, want) {
			t.Errorf("%q is not there", want)
		}
	}
	if n := strings.Count("\n"+b, "\nFrom "); n != 3 {
		t.Errorf("%d separators", n)
	}
}

func TestMaildir(t *testing.T) {
	to := t.TempDir()
	export(t, jobtest.File(t, sample()...), to, backup.Maildir)
	var flags []string
	for _, n := range names(files(t, to)) {
		if dir, file := filepath.Split(n); dir == "Inbox/cur/" {
			flags = append(flags, file[strings.LastIndex(file, ",")+1:])
		}
	}
	sort.Strings(flags)
	if got := strings.Join(flags, " "); got != " FS RS" {
		t.Errorf("flags %q", got)
	}
	for _, n := range names(files(t, to)) {
		if strings.HasPrefix(n, "Inbox/cur/cur/") {
			t.Errorf("a folder named cur is mixed with the messages: %s", n)
		}
	}
}

func TestStoppedHalfway(t *testing.T) {
	path := jobtest.File(t, sample()...)
	to := t.TempDir()
	export(t, path, to, backup.EML)
	whole := files(t, to)
	removed := 0
	for n := range whole {
		if removed < 3 && strings.HasSuffix(n, ".eml") {
			removed++
			if err := os.Remove(filepath.Join(to, filepath.FromSlash(n))); err != nil {
				t.Fatal(err)
			}
		}
	}
	r := export(t, path, to, backup.EML)
	if r.Totals.Uploaded != 3 || r.Totals.Present != 4 {
		t.Errorf("got %+v", r.Totals)
	}
	for n, b := range files(t, to) {
		if whole[n] != b {
			t.Errorf("%s differs", n)
		}
	}
}

// A large message is written where it belongs from the start, and leaves nothing
// else there: neither the first time, nor when it is there already, nor when only
// a piece of it is there.
func TestLargeMessage(t *testing.T) {
	body := strings.Repeat("a line of a large text\r\n", 50_000)
	large := psttest.Mail("large", "a@example.org", "b@example.org", body, psttest.Time(mapi.MessageDeliveryTime, arrived))
	path := jobtest.File(t, psttest.Folder{Name: "Inbox", Role: psttest.RoleInbox, Messages: []*psttest.Message{large}})
	for _, f := range backup.Formats() {
		to := t.TempDir()
		var whole map[string]string
		for run := range 3 {
			export(t, path, to, f)
			got := files(t, to)
			if run == 0 {
				whole = got
			}
			if !maps.Equal(got, whole) {
				t.Errorf("%s, run %d: files %q, want %q", f, run+1, names(got), names(whole))
			}
			for name := range got {
				if strings.Contains(name, ".part-") {
					t.Errorf("%s, run %d: %s is left", f, run+1, name)
				}
			}
			if run == 1 {
				cutShort(t, to, whole)
			}
		}
	}
}

// cutShort leaves only a piece of the large files.
func cutShort(t *testing.T, to string, whole map[string]string) {
	t.Helper()
	for name, text := range whole {
		if len(text) < 1<<20 {
			continue
		}
		path := filepath.Join(to, filepath.FromSlash(name))
		if err := os.WriteFile(path, []byte(text[:1<<19]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Folders are closed when their last item is written, so that a file may have
// more of them than files can be open.
func TestFoldersAreClosed(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("counts open files the way Linux shows them")
	}
	open := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	var folders []psttest.Folder
	for i := range 100 {
		folders = append(folders, psttest.Folder{Name: fmt.Sprint("Folder ", i), Messages: []*psttest.Message{
			psttest.Mail(fmt.Sprint(i), "a@example.org", "b@example.org", "x")}})
	}
	path := jobtest.File(t, folders...)
	cores := runtime.GOMAXPROCS(0)
	limit := 2*max(16, cores) + cores + 6 // of the folders, the messages being written, and the rest
	for _, f := range []backup.Format{backup.EML, backup.Maildir} {
		before, most := open(), 0
		j, err := job.Open(context.Background(), []string{path}, job.SourceOptions{}, watcher(func() { most = max(most, open()) }))
		if err != nil {
			t.Fatal(err)
		}
		rec := report.NewRecorder("export")
		if err := errors.Join(backup.Run(context.Background(), j, t.TempDir(), f, rec), j.Close()); err != nil {
			t.Fatal(err)
		}
		if most == 0 || most > before+limit || open() > before+5 {
			t.Errorf("%s: %d files open before, %d at most, %d after", f, before, most, open())
		}
	}
}

// watcher is called for each report of progress.
type watcher func()

func (w watcher) Progress(event.Progress) { w() }
func (w watcher) Note(event.Note)         {}

func TestCancelled(t *testing.T) {
	j, err := job.Open(context.Background(), []string{jobtest.File(t, sample()...)}, job.SourceOptions{}, event.Discard{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := backup.Run(ctx, j, t.TempDir(), backup.EML, report.NewRecorder("export")); err == nil {
		t.Error("a cancelled export said nothing")
	}
}

// TestOrder checks that all cores together keep the order of the file.
func TestOrder(t *testing.T) {
	var list []*psttest.Message
	for i := range 300 {
		body := bytes.Repeat([]byte("x"), (i*7919)%50_000)
		list = append(list, psttest.Mail("m", "a@example.org", "", string(body), psttest.Int32(0x6001, i)))
	}
	j, err := job.Open(context.Background(), []string{jobtest.File(t, psttest.Folder{Name: "x", Messages: list})}, job.SourceOptions{}, event.Discard{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	var want, got []job.Ref
	for ref := range j.Items() {
		want = append(want, ref)
	}
	for c := range j.Stream(context.Background(), nil) {
		if c.Err != nil || c.Spool.Size() != c.Result.Size {
			t.Fatalf("item %v: %v", c.Ref, c.Err)
		}
		got = append(got, c.Ref)
	}
	if len(got) != len(want) {
		t.Fatalf("%d of %d items", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("item %d is %v, want %v", i, got[i], want[i])
		}
	}
}
