package backup_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// item is an item that is no mail. Its key makes its identity.
func item(class, subject, key string, props ...psttest.Prop) *psttest.Message {
	return (&psttest.Message{Props: []psttest.Prop{
		psttest.Str(mapi.MessageClass, class), psttest.Str(mapi.Subject, subject), psttest.Str(mapi.DisplayName, subject),
		psttest.Bin(mapi.SearchKey, []byte(key)), psttest.Time(mapi.CreationTime, arrived), psttest.Time(mapi.LastModificationTime, arrived),
	}}).With(props...)
}

func named(set mapi.GUID, lid uint32, t mapi.PropType, v any) psttest.Prop {
	return psttest.Named(mapi.Name{Set: set, LID: lid}, t, v)
}

// appointment is an event of an hour.
func appointment(subject, key string, start time.Time, props ...psttest.Prop) *psttest.Message {
	return item("IPM.Appointment", subject, key, append(props,
		named(mapi.PSetAppointment, 0x820D, mapi.TypeTime, start), named(mapi.PSetAppointment, 0x820E, mapi.TypeTime, start.Add(time.Hour)))...)
}

// personal has items of all kinds, some twice, in folders whose names clash.
func personal() []psttest.Folder {
	return []psttest.Folder{
		{Name: "Calendar", Messages: []*psttest.Message{
			appointment("Lunch", "key-of-event-001", arrived), appointment("Dinner", "key-of-event-002", arrived.Add(9*time.Hour)),
			appointment("Lunch", "key-of-event-001", arrived),
			appointment("Lunch, moved", "key-of-event-001", arrived.Add(time.Hour)),
		}},
		{Name: "Calendar.ics", Messages: []*psttest.Message{psttest.Mail("1", "a@example.org", "b@example.org", "x", psttest.Time(mapi.MessageDeliveryTime, arrived))}},
		{Name: "Contacts", Messages: []*psttest.Message{
			item("IPM.Contact", "Ann", "key-of-person-01", psttest.Str(mapi.MobilePhone, "1")),
			item("IPM.Contact", "Ann", "key-of-person-01", psttest.Str(mapi.MobilePhone, "2")),
			item("IPM.DistList", "Friends", "key-of-a-list-01"),
		}},
		{Name: "contacts", Messages: []*psttest.Message{item("IPM.Contact", "Bob", "key-of-person-02")}},
		{Name: "Deleted Items", Role: psttest.RoleTrash, Messages: []*psttest.Message{
			item("IPM.Contact", "Eve", "key-of-person-03"), item("IPM.Task", "Shop", "key-of-a-task-01"),
			item("IPM.Activity", "Call", "key-of-a-call-01"), item("IPM.StickyNote", "Milk", "key-of-a-note-01"),
		}},
	}
}

// K2, K3: an item follows its class, not its folder: each folder has what it has of
// calendars and address books in a file of its own, whole, counted and the same
// every time.
func TestK2PersonalFiles(t *testing.T) {
	path := jobtest.File(t, personal()...)
	to := t.TempDir()
	r := export(t, path, to, backup.EML)
	if want := (report.Counts{Found: 13, Uploaded: 12, Skipped: 1}); r.Totals != want || !r.Complete {
		t.Errorf("%+v, %q", r.Totals, r.NotSafeBecause)
	}
	first := files(t, to)
	for name, want := range map[string][]string{
		"Calendar (2).ics":  {"SUMMARY:Lunch\r\n", "SUMMARY:Dinner\r\n", "SUMMARY:Lunch\\, moved\r\n"},
		"Contacts.vcf":      {"FN:Ann", "TEL;TYPE=CELL:1", "TEL;TYPE=CELL:2", "UID:6B65792D6F662D706572736F6E2D3031\r\n", "UID:6B65792D6F662D706572736F6E2D3031-2\r\n", "FN:Friends"},
		"contacts (2).vcf":  {"FN:Bob"},
		"Deleted Items.vcf": {"FN:Eve"},
		"Deleted Items.ics": {"BEGIN:VTODO", "SUMMARY:Shop", "SUMMARY:Call", "SUMMARY:Milk"},
	} {
		for _, s := range want {
			if strings.Count(first[name], s) != 1 && s != "FN:Ann" {
				t.Errorf("%s: not once %q in %s", name, s, first[name])
			}
		}
		delete(first, name)
	}
	for name := range first {
		if !strings.HasSuffix(name, ".eml") && name != backup.IndexName {
			t.Errorf("there is %s", name)
		}
	}
	if p := r.PIM; len(p.Files) != 5 || p.Sentence() != "no mail, but in 5 files in "+to+": 3 events, 5 contacts, 1 task, 1 journal entry, 1 note" {
		t.Errorf("%+v, %q", p.Files, p.Sentence())
	}
	if uids := strings.Count(files(t, to)["Calendar (2).ics"], "UID:"); uids != 3 || r.Warnings["M42"] == 0 || r.Warnings["M50"] == 0 {
		t.Errorf("%d identities, %v", uids, r.Warnings)
	}
}

// A run that was stopped leaves no half of a file, and the next one goes on.
func TestPersonalFilesAgain(t *testing.T) {
	path := jobtest.File(t, personal()...)
	to := t.TempDir()
	export(t, path, to, backup.EML)
	whole := files(t, to)
	if err := os.WriteFile(filepath.Join(to, ".part-Contacts.vcf"), []byte("BEGIN:VCA"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(to, "Calendar (2).ics"), 100); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(to, "Contacts.vcf")); err != nil {
		t.Fatal(err)
	}
	r := export(t, path, to, backup.EML)
	if r.Totals.Uploaded != 6 || r.Totals.Present != 6 {
		t.Errorf("%+v", r.Totals)
	}
	again := files(t, to)
	for name, b := range whole {
		if again[name] != b {
			t.Errorf("%s differs", name)
		}
	}
	if len(again) != len(whole) {
		t.Errorf("%d files, want %d", len(again), len(whole))
	}
}

// A file that cannot be written makes its items failures, with the reason; the rest
// is written.
func TestPersonalFileThatCannotBeWritten(t *testing.T) {
	path := jobtest.File(t, personal()...)
	to := t.TempDir()
	if err := os.MkdirAll(filepath.Join(to, "Contacts.vcf", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	r := export(t, path, to, backup.EML)
	if want := (report.Counts{Found: 13, Uploaded: 9, Skipped: 1, Failed: 3}); r.Totals != want || r.Complete || r.FailedByReason[report.ReasonUnwritable] != 3 {
		t.Errorf("%+v, %v", r.Totals, r.FailedByReason)
	}
	for _, it := range r.Items {
		if it.State == report.Failed && (!strings.HasPrefix(it.Reason, "Contacts.vcf: ") || it.Folder != "Contacts" || it.Subject == "") {
			t.Errorf("%+v", it)
		}
	}
}

// Verification writes nothing and says what is in no file.
func TestPersonalFilesAreLookedFor(t *testing.T) {
	j, err := job.Open(context.Background(), []string{jobtest.File(t, personal()...)}, job.SourceOptions{}, event.Discard{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	var refs []job.Ref
	for ref := range j.Items() {
		if _, err := j.Open(ref); err != nil {
			refs = append(refs, ref)
		}
	}
	to := filepath.Join(t.TempDir(), "pim")
	for _, tc := range []struct {
		check  bool
		broken string
		want   map[report.State]int
	}{
		{true, "", map[report.State]int{report.Skipped: 12}},
		{false, "", map[report.State]int{report.Skipped: 1, report.Uploaded: 11}},
		{true, "", map[report.State]int{report.Skipped: 1, report.Present: 11}},
		{true, "contacts (2).vcf", map[report.State]int{report.Skipped: 2, report.Present: 10}},
	} {
		if tc.broken != "" {
			if err := os.WriteFile(filepath.Join(to, tc.broken), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got := map[report.State]int{}
		_, err := backup.WritePIM(context.Background(), j, to, refs, tc.check, func(o job.PIMOutcome) { got[o.State]++ })
		if err != nil || fmt.Sprint(got) != fmt.Sprint(tc.want) {
			t.Errorf("check %v, %q: %v, %v, want %v", tc.check, tc.broken, got, err, tc.want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := backup.WritePIM(ctx, j, to, refs, false, func(job.PIMOutcome) {}); err == nil {
		t.Error("a cancelled run said nothing")
	}
}

// Everything of the corpus that is no mail is in the files as another program reads
// it, and nothing is left that this program has no form for.
func TestCorpusPersonal(t *testing.T) {
	dir := testneed.Corpus(t)
	paths, err := filepath.Glob(filepath.Join(dir, "*.[po]st"))
	if err != nil {
		t.Fatal(err)
	}
	testneed.Python(t, "icalendar")
	testneed.Python(t, "vobject")
	python := testneed.Python(t, "pypff")
	kinds := map[string]int{}
	counts := map[string]int{}
	for _, path := range paths {
		j, err := job.Open(context.Background(), []string{path}, job.SourceOptions{}, event.Discard{})
		if err != nil {
			continue // the tests of the reader look into that
		}
		to := t.TempDir()
		counted := writePersonal(t, j, to, kinds)
		names := identifiers(j.Sources[0].Store)
		if err := j.Close(); err != nil {
			t.Error(err)
		}
		if counted == 0 {
			continue
		}
		out, err := exec.Command(python, "testdata/pypff_pim.py", path, to, names).CombinedOutput()
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		if err != nil {
			t.Errorf("%s: %v: %s", filepath.Base(path), err, lines[len(lines)-1])
			continue
		}
		for _, line := range lines[:len(lines)-1] {
			t.Errorf("%s: %s", filepath.Base(path), line)
		}
		for _, pair := range strings.Fields(lines[len(lines)-1]) {
			name, n, _ := strings.Cut(pair, "=")
			var v int
			if _, err := fmt.Sscan(n, &v); err != nil {
				t.Error(err)
			}
			counts[name] += v
		}
	}
	t.Logf("ours %v, by pypff %v", kinds, counts)
	if kinds["contacts"] != 115 || kinds["tasks"] != 3 || kinds["journal"] != 1 || kinds["notes"] != 3 || kinds["calendar"] != 193 {
		t.Errorf("that is not what the corpus has: %v", kinds)
	}
	if counts["task"] != 3 || counts["journal"] != 1 || counts["note"] != 3 || counts["list"] != 3 || counts["contact"] < 89 || counts["event"] < 183 {
		t.Errorf("pypff has compared %v", counts)
	}
}

// identifiers are those of the named properties that are compared.
func identifiers(s *pst.Store) string {
	var out []string
	for set, list := range map[mapi.GUID][]uint32{
		mapi.PSetTask: {0x8101, 0x8102, 0x8104, 0x8105, 0x811F}, mapi.PSetLog: {0x8700, 0x8706, 0x8708}, mapi.PSetNote: {0x8B00},
	} {
		for _, lid := range list {
			id, _ := s.Named(mapi.Name{Set: set, LID: lid})
			out = append(out, fmt.Sprintf("%x=%x", lid, uint16(id)))
		}
	}
	return strings.Join(out, ",")
}

// writePersonal writes what is no mail of a data file and counts it by kind.
func writePersonal(t *testing.T, j *job.Job, to string, kinds map[string]int) (n int) {
	t.Helper()
	rec := report.NewRecorder("export")
	if err := backup.Run(context.Background(), j, to, backup.Mbox, rec); err != nil {
		t.Fatal(err)
	}
	r := j.Conclude(rec)
	if !r.Totals.Holds() || r.Totals.Failed > 0 || r.SkippedByReason[report.ReasonNotWritten] > 0 {
		t.Errorf("%s: %+v, %v, %v", j.Sources[0].File, r.Totals, r.SkippedByReason, r.FailedByReason)
	}
	if r.PIM == nil {
		return 0
	}
	for _, k := range r.PIM.Kinds {
		kinds[k.Kind] += k.Found
		n += k.Found
	}
	return n
}
