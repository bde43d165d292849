package verify_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/verify"
)

// What is converted before there is a connection is judged like what is converted beside
// the reading of the server.
func TestEarly(t *testing.T) {
	t.Parallel()
	s := imaptest.Memory(t)
	path := file(t)
	jobtest.Append(t, s, "INBOX", `\Seen`, foreign)
	want := run(t, s, path)

	j, err := job.Open(t.Context(), []string{path}, job.SourceOptions{}, event.Discard{})
	if err != nil {
		t.Fatal(err)
	}
	early := verify.Begin(t.Context(), j, verify.Options{})
	jobtest.Ready(t, s, j)
	t.Cleanup(early.End) // before the job is closed
	j.Index = nil        // it is read then
	rec := report.NewRecorder("verify")
	j.Declare(rec)
	if _, err := verify.Run(t.Context(), j, verify.Options{Early: early}, rec); err != nil {
		t.Fatal(err)
	}
	got := j.Conclude(rec)
	if fmt.Sprint(*got.Verify, got.Items, got.Totals) != fmt.Sprint(*want.Verify, want.Items, want.Totals) || got.Verify.Moved != 1 {
		t.Errorf("got  %+v %+v\nwant %+v %+v", *got.Verify, got.Items, *want.Verify, want.Items)
	}
}

// A conversion that is not wanted any more ends, and so does whoever waits for it.
func TestEarlyEnds(t *testing.T) {
	t.Parallel()
	s := imaptest.Memory(t)
	j, err := job.Open(t.Context(), []string{file(t)}, job.SourceOptions{}, event.Discard{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	early := verify.Begin(ctx, j, verify.Options{})
	jobtest.Ready(t, s, j)
	rec := report.NewRecorder("verify")
	j.Declare(rec)
	if _, err := verify.Run(t.Context(), j, verify.Options{Early: early}, rec); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	early.End()
	early.End()
}
