package eml

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// M41, M42, M44: a second program answers an exported request, and finds in it what
// exported answers are about: by UID, SEQUENCE and RECURRENCE-ID.
func TestAnsweredRequest(t *testing.T) {
	python, dir := testneed.Python(t, "icalendar"), t.TempDir()
	n := 0
	write := func(m *psttest.Message) string {
		n++
		path := filepath.Join(dir, string(rune('a'+n))+".eml")
		if err := os.WriteFile(path, []byte(first(convert(t, m, nil))), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	// bob answers ann.
	reply := func(kind string, extra ...psttest.Prop) string {
		m := meeting(kind, append(psttest.Sender("Bob <bob@example.org>"), extra...)...)
		m.Recipients = [][]psttest.Prop{psttest.To("Ann", "ann@example.org")}
		return write(m)
	}
	changed := []psttest.Prop{mtg(0x0003, mapi.TypeBinary, []byte(goid("\x07\xE8\x03\x13", "abcd"))), mtg(0x000A, mapi.TypeBool, true),
		mtg(0x000E, mapi.TypeInt32, 10<<12)}
	args := []string{"testdata/answer.py",
		write(meeting("Request", appt(0x8216, mapi.TypeBinary, []byte(weekly().blob())), appt(0x8260, mapi.TypeBinary, []byte(europe())))),
		reply("Resp.Pos"), reply("Resp.Neg", changed...), reply("Resp.Tent", appt(0x8201, mapi.TypeInt32, 2)),
		reply("Resp.Pos", mtg(0x0003, mapi.TypeBinary, []byte(goid(noDate, "efgh"))))}
	out, err := exec.Command(python, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var got struct{ Answers, Applied []string }
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	want := []string{"REPLY mailto:bob@example.org ACCEPTED ", "REPLY mailto:bob@example.org DECLINED 2024-03-19T10:00:00+01:00", "too old", "of another meeting"}
	if strings.Join(got.Applied, "\n") != strings.Join(want, "\n") {
		t.Errorf("applied:\n%s\nwant:\n%s", strings.Join(got.Applied, "\n"), strings.Join(want, "\n"))
	}
	if len(got.Answers) != 2 { // the series and its changed instance
		t.Fatalf("%d answers", len(got.Answers))
	}
	for i, recurrence := range []string{"!RECURRENCE-ID", `RECURRENCE-ID;TZID="W. Europe Standard Time":20240319T100000`} {
		lines := strings.Split(strings.ReplaceAll(got.Answers[i], "\r\n ", ""), "\r\n")
		wantLines(t, lines, "METHOD:REPLY", "UID:"+cleanUID, "SEQUENCE:3", recurrence)
	}
}
