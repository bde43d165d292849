package upload_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/imaptest/fault"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/upload"
)

// The server is asked about each mailbox and each set of flags, and about those with keywords in each mailbox: whoever reads a
// command that he does not understand may take the message for commands.
func TestWhatIsAsked(t *testing.T) {
	s := imaptest.Dovecot(t)
	far, relay := s.Faults(t, fault.Options{Hide: []string{"MULTIAPPEND"}})
	unread, red := psttest.Int32(mapi.MessageFlags, 0), psttest.Keywords("Red")
	var folders []psttest.Folder
	for _, name := range []string{"A", "B", "C"} {
		f := psttest.Folder{Name: name}
		for i, props := range [][]psttest.Prop{{unread}, {unread}, nil, nil, {red}, {red}} {
			f.Messages = append(f.Messages, mail(fmt.Sprint(name, i), "x").With(props...))
		}
		folders = append(folders, f)
	}
	j := jobtest.Open(t, far, jobtest.File(t, folders...))
	rec := report.NewRecorder("upload")
	j.Declare(rec)
	if _, err := upload.Run(context.Background(), j, upload.Options{Connections: 1}, rec); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, line := range relay.Commands("APPEND") {
		_, line, _ = strings.Cut(line, " APPEND ")
		name, rest, _ := strings.Cut(line, " ")
		flags, _, _ := strings.Cut(rest, `"`)
		if !strings.HasSuffix(strings.TrimSpace(line), "+}") {
			got = append(got, strings.TrimSpace(strings.Trim(name, `"`)+" "+flags))
		}
	}
	want := []string{
		"A", `A (\Seen)`, `A (\Seen Red)`,
		"B", `B (\Seen Red)`,
		"C", `C (\Seen Red)`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("asked about\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
