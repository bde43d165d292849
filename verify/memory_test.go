package verify_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/verify"
)

// sitting is one run of a verification.
func sitting(t *testing.T, s *imaptest.Server, path, dir string, fresh bool) (*report.Report, error) {
	t.Helper()
	m, err := verify.OpenMemory(dir, "account", fresh)
	if err != nil {
		t.Fatal(err)
	}
	j := jobtest.Open(t, s, path)
	rec := report.NewRecorder("verify")
	j.Declare(rec)
	if _, err := verify.Run(context.Background(), j, verify.Options{Memory: m}, rec); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return j.Conclude(rec), m.Finish()
}

// What was kept counts only for the same account, for some days, and for messages in
// the same numbering; what a crash left is taken.
func TestMemoryKept(t *testing.T) {
	s := imaptest.Memory(t)
	path := file(t)
	s.Client(t).Do("CREATE Work")
	jobtest.Append(t, s, "Work", `\Seen`, foreign)
	j := jobtest.Open(t, s, path)
	validity, uid := j.UIDValidity("Work"), j.Index.Copies()[0].UID
	kind := verify.SumsName(j)
	const sum = "0000000000000000000000000000000000000000000000000000000000000000"
	lines := func(account string, since time.Time, validity uint32, kind string) string {
		return fmt.Sprintf(`{"verify":2,"account":%q,"since":%q}`+"\n"+`{"place":{"mailbox":"Work","uidvalidity":%d,"sums":%q}}`+"\n"+
			`{"uid":%d,"size":9,"sum":%q}`+"\n"+`{"uid":9,"si`, account, since.UTC().Format(time.RFC3339), validity, kind, uid, sum)
	}
	now := time.Now().Add(-time.Hour)
	for name, tc := range map[string]struct {
		kept    string
		fresh   bool
		resumed bool
	}{
		"as it was":       {lines("account", now, validity, kind), false, true},
		"from the start":  {lines("account", now, validity, kind), true, false},
		"another account": {lines("other", now, validity, kind), false, false},
		"too old":         {lines("account", now.Add(-8*24*time.Hour), validity, kind), false, false},
		"from the future": {lines("account", now.Add(48*time.Hour), validity, kind), false, false},
		"numbered anew":   {lines("account", now, validity+1, kind), false, false},
		"other sums":      {lines("account", now, validity, "of another data file"), false, false},
		"nonsense":        {"\x00\n{}\n", false, false},
		"empty":           {"", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, verify.MemoryName), []byte(tc.kept), 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := sitting(t, s, path, dir, tc.fresh)
			if err != nil || (r.Verify.Resumed != nil) != tc.resumed || r.Verify.Checked != 1 {
				t.Errorf("%+v, %+v, %v", r.Verify, r.Verify.Resumed, err)
			}
		})
	}
}
