package psttest

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

//go:generate go test -run TestDemoFile -update

var update = flag.Bool("update", false, "write testdata/demo.pst anew")

var demoPath = filepath.Join("..", "..", "testdata", "demo.pst")

func demoBytes(t *testing.T) []byte {
	t.Helper()
	var m memory
	if err := Demo(&m); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestDemoFile proves that the committed file is what Demo writes.
func TestDemoFile(t *testing.T) {
	b := demoBytes(t)
	if *update {
		if err := os.WriteFile(demoPath, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile(demoPath)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b, committed) {
		t.Error("testdata/demo.pst is not what Demo writes; run go generate in this folder")
	}
	if len(b) >= 300<<10 {
		t.Errorf("the file has %d bytes, at most 300 KiB are wanted", len(b))
	}
	if _, err := checkFile(b); err != nil {
		t.Error(err)
	}
}

// TestDemoIdentities proves that no two items can be taken for each other.
func TestDemoIdentities(t *testing.T) {
	seen := map[string]bool{}
	count := 0
	for _, list := range [][]demoMail{
		demoInbox(), demoSent(), demoDrafts(), demoDeleted(), demoJunk(), demoKitchen(), demoKitchen2019(), demoBills(),
	} {
		for _, m := range mails(list) {
			id := text(m, mapi.InternetMessageID)
			if id == "" {
				id = string(m.Props[find(m.Props, mapi.SearchKey)].Value.([]byte))
			}
			if seen[id] {
				t.Errorf("identity of %q is not its own", text(m, mapi.Subject))
			}
			seen[id] = true
			count++
		}
	}
	if count < 35 || count > 45 {
		t.Errorf("%d mails, about 40 are wanted", count)
	}
}

// TestDemoPffexport has the folders and mails counted by a reader of others.
func TestDemoPffexport(t *testing.T) {
	pffexport := testneed.Tool(t, "pffexport")
	dir := t.TempDir()
	file := filepath.Join(dir, "demo.pst")
	if err := os.WriteFile(file, demoBytes(t), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, pffexport, "-q", "-t", filepath.Join(dir, "out"), file)
	got := map[string]int{}
	for path, items := range walkPffexport(t, filepath.Join(dir, "out.export", "Top of Outlook data file")) {
		got[path] = len(items)
	}
	want := map[string]int{
		"Inbox": len(demoInbox()), "Sent Items": len(demoSent()), "Drafts": len(demoDrafts()),
		"Deleted Items": len(demoDeleted()), "Junk E-mail": len(demoJunk()), "Outbox": 0, "Projekte": 0,
		// pffexport writes _ for &.
		"Projekte/Küche _ Bad": len(demoKitchen()), "Projekte/Küche _ Bad/2019": len(demoKitchen2019()),
		"Rechnungen": len(demoBills()), "Später lesen": 0,
	}
	for path, n := range want {
		if g, ok := got[path]; !ok || g != n {
			t.Errorf("%s: %d mails (there: %t), want %d", path, g, ok, n)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d folders, want %d: %v", len(got), len(want), got)
	}
}
