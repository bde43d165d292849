package safecopy

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pst2imap/pst2imap/internal/event"
)

// Condition is what a check found of a file.
type Condition string

// Conditions.
const (
	Right   Condition = "ok"
	Missing Condition = "missing" // the manifest has it and the folder does not
	Changed Condition = "changed" // not what the manifest says, or it cannot be read
	Extra   Condition = "extra"   // the folder has it and the manifest does not
)

// Finding is what a check found of one file.
type Finding struct {
	Name      string    `json:"name"`
	Condition Condition `json:"condition"`
	Why       string    `json:"why,omitempty"`  // for people; empty when it is right
	Entry     *Entry    `json:"copy,omitempty"` // of a copy
}

// Check reads every copy in dir and compares it with the manifest. The findings are
// about each copy in the order of the manifest, then about what else is wrong. The
// error is that of [ReadManifest] or of ctx.
func Check(ctx context.Context, dir string, l event.Listener) ([]Finding, error) {
	if l == nil {
		l = event.Discard{}
	}
	return check(ctx, dir, l, realDisk{})
}

func check(ctx context.Context, dir string, l event.Listener, d disk) ([]Finding, error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	found := []Finding{}
	var jobs []*job
	for _, e := range m.Files {
		jobs = append(jobs, &job{state: e.State(), present: true})
	}
	p := newProgress(l, jobs)
	for i := range m.Files {
		e := &m.Files[i]
		p.index = i
		f := Finding{Name: e.Name, Condition: Right, Entry: e}
		err := verify(ctx, d, filepath.Join(dir, e.Name), *e, p.at(event.StageReadBack, e.Name))
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, fs.ErrNotExist):
			f.Condition, f.Why = Missing, "it is not in the folder"
			if _, err := os.Lstat(filepath.Join(dir, e.Name+partSuffix)); err == nil {
				f.Why = "it is only there as " + e.Name + partSuffix + ": run the same backup again"
			}
		case err != nil:
			f.Condition, f.Why = Changed, reason(err)
		}
		found = append(found, f)
	}
	rest, err := besides(dir, m)
	return append(found, rest...), err
}

// reason is an error about a copy without its path.
func reason(err error) string {
	if m := new(MismatchError); errors.As(err, &m) {
		return strings.TrimPrefix(m.Error(), m.Path+": ")
	}
	return "it cannot be read: " + bare(err).Error()
}

// besides looks at everything in the folder that is no copy.
func besides(dir string, m *Manifest) ([]Finding, error) {
	var found []Finding
	sums, err := os.ReadFile(filepath.Join(dir, SumsName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		found = append(found, Finding{Name: SumsName, Condition: Missing, Why: "it is not in the folder"})
	case err != nil:
		found = append(found, Finding{Name: SumsName, Condition: Changed, Why: reason(err)})
	case string(sums) != string(m.sums()):
		found = append(found, Finding{Name: SumsName, Condition: Changed, Why: "it does not say what the manifest says"})
	}
	known := map[string]bool{}
	for _, e := range m.Files {
		known[folded(e.Name)] = true
	}
	for _, x := range m.Exports {
		known[folded(x.Folder)] = true
		if info, err := os.Stat(filepath.Join(dir, x.Folder)); err != nil || !info.IsDir() {
			found = append(found, Finding{Name: x.Folder, Condition: Missing, Why: fmt.Sprintf("the %s files of %s are not in the folder", x.Format, x.Of)})
		}
	}
	list, err := os.ReadDir(dir)
	for _, entry := range list {
		name := entry.Name()
		if known[folded(name)] || own(name) {
			continue
		}
		f := Finding{Name: name, Condition: Extra, Why: "the manifest does not have it"}
		if strings.HasSuffix(name, partSuffix) {
			f.Why = "it is a copy that was interrupted: run the same backup again to complete it"
		}
		found = append(found, f)
	}
	return found, err
}
