package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/safecopy"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// validateScript prints the faults of each file.
const validateScript = `
import json, sys, jsonschema
schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
for name in sys.argv[2:]:
    for fault in jsonschema.Draft202012Validator(schema).iter_errors(json.load(open(name, encoding="utf-8"))):
        print(name, fault.message)
`

// schemaFaults are what the validator finds in forms by a schema of the folder docs.
func schemaFaults(t *testing.T, schema string, forms ...any) string {
	t.Helper()
	python := testneed.Python(t, "jsonschema")
	args := []string{"-c", validateScript, "../../docs/" + schema}
	dir := t.TempDir()
	for i, form := range forms {
		b, err := json.Marshal(form)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, string(rune('a'+i)))
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	out, err := exec.Command(python, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// A validator that is not ours takes every form with all of its fields, and sees a
// fault in each.
func TestBackupSchema(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 123456789, time.UTC)
	entry := safecopy.Entry{Name: "a (2).pst", Size: 1, SHA256: strings.Repeat("0a", 32), Version: "1", Started: now, Verified: now,
		Source: safecopy.Source{Computer: "PC", Path: "C:\\a.pst", Modified: now, ShadowCopy: true}}
	manifest := safecopy.Manifest{Schema: 1, Program: "pst2imap", Version: "1", Written: now, Files: []safecopy.Entry{entry},
		Exports: []safecopy.Export{{Folder: "a (2).pst-eml", Of: "a (2).pst", Format: "eml", Written: now}}}
	made := backupResult{Schema: 1, Command: "backup", Version: "1", Started: now, Finished: now, Folder: "x", Exit: 66,
		Files:   []backupFile{{File: "a.pst", State: "copied", Copy: &entry}, {File: "b.pst", State: "failed", Reason: "gone"}},
		Exports: []backupExport{{"a-mbox", "a", "mbox", report.Counts{Found: 1, Uploaded: 1}, 0}}}
	checked := backupCheck{Schema: 1, Command: "backup --verify", Version: "1", Started: now, Finished: now, Folder: "x", Exit: 30,
		Files: []safecopy.Finding{{Name: "a", Condition: safecopy.Right, Entry: &entry}, {Name: "b", Condition: safecopy.Missing, Why: "gone"}}}
	faults := func(forms ...any) string { return schemaFaults(t, "backup.schema.json", forms...) }
	if got := faults(manifest, made, checked, safecopy.Manifest{Schema: 1, Program: "pst2imap", Files: []safecopy.Entry{}}); got != "" {
		t.Error(got)
	}
	manifest.Files[0].Name = "../a"
	made.Files[0].State = "lost"
	checked.Files[1].Condition = ""
	if got := faults(manifest, made, checked); strings.Count(got, "is not valid under any of the given schemas") != 3 {
		t.Errorf("not every fault is seen:\n%s", got)
	}
}
