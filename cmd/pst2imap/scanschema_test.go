package main

import (
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/discover"
)

// A validator that is not ours takes the form with all of its fields and with
// none, and sees a fault.
func TestScanSchema(t *testing.T) {
	full := discover.Result{Schema: discover.Schema, Command: "scan", Looked: []string{"a"}, Problems: []discover.Problem{{Path: "a", What: "b"}},
		Files: []discover.File{
			{Path: "a.pst", Size: 1, Modified: "2026-11-30T12:00:00Z", Type: "pst", Format: "ansi", Kind: discover.KindPOP, Why: "w", Accounts: []int{0},
				Profiles: []string{"Outlook"}, InUse: discover.InUseYes, Store: "0a", Contents: &discover.Contents{Folders: 1, Items: 2, First: "2024-01-01", Last: "2024-01-02"}},
			{Path: "b.ost", Kind: discover.KindUnknown, InUse: discover.InUseUnknown, Accounts: []int{}, Profiles: []string{}, Error: "gone"},
		},
		Accounts: []discover.Account{
			{Profile: "Outlook", Office: "16.0", Kind: discover.AccountPOP, Name: "n", Email: "e", Server: "s", Port: 995, User: "u", File: "a.pst",
				Leave: &discover.Leave{Known: true, Keep: true, Days: 14, WhenDeleted: true}},
			{Profile: "Outlook", Office: "older", Kind: discover.AccountExchange},
		}}
	empty := discover.Result{Schema: discover.Schema, Command: "scan", Files: []discover.File{}, Accounts: []discover.Account{}, Looked: []string{}, Problems: []discover.Problem{}}
	if got := schemaFaults(t, "scan.schema.json", full, empty); got != "" {
		t.Error(got)
	}
	full.Files[0].Kind, full.Accounts[0].Office = "lost", "1.0"
	if got := schemaFaults(t, "scan.schema.json", full); strings.Count(got, "is not one of") != 2 {
		t.Errorf("not every fault is seen:\n%s", got)
	}
}
