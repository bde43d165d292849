package pst_test

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// TestCampaignAgainstTools holds the reader against readpst and pffexport on
// changed files: none of them may find more items than we do.
// PST2IMAP_CAMPAIGN_TOOLS says how many files.
func TestCampaignAgainstTools(t *testing.T) {
	readpst, pffexport := testneed.Tool(t, "readpst"), testneed.Tool(t, "pffexport")
	count := campaignNumber(t, "PST2IMAP_CAMPAIGN_TOOLS", 16)
	seed := campaignNumber(t, "PST2IMAP_SEED", 1)
	bases := campaignBases(t)
	ours, theirs := 0, [2]int{}
	for i := range count {
		b := baseOf(bases, i)
		data, _ := b.mutate(rand.New(rand.NewPCG(uint64(seed+i), 7)))
		path := filepath.Join(t.TempDir(), "changed.pst")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		n := itemsFound(data)
		ours += n
		for k, found := range []int{byReadpst(t, readpst, path), byPffexport(t, pffexport, path)} {
			theirs[k] += found
			if found > n {
				t.Errorf("%s, seed %d: we find %d items, %s finds %d", b.name, seed+i, n, []string{"readpst", "pffexport"}[k], found)
			}
		}
	}
	t.Logf("%d changed files: we find %d items, readpst %d, pffexport %d", count, ours, theirs[0], theirs[1])
}

func itemsFound(data []byte) int {
	s, err := pst.New(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return 0
	}
	inv, err := s.Inventory()
	if err != nil {
		return 0
	}
	return inv.Messages
}

// countFiles runs a tool, which may crash or hang on such files, and counts what
// it wrote.
func countFiles(t *testing.T, dir string, counts func(path string) bool, name string, args ...string) (n int) {
	t.Helper()
	_ = testneed.Bounded(name, args...).Run() // what it wrote counts, however it ended
	_ = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && counts(strings.TrimPrefix(path, dir)) {
			n++
		}
		return nil
	})
	return n
}

var emlFile = regexp.MustCompile(`/\d+\.(eml|vcf|ics)$`)

func byReadpst(t *testing.T, tool, path string) int {
	dir := t.TempDir()
	return countFiles(t, dir, emlFile.MatchString, tool, "-j", "0", "-D", "-e", "-o", dir, path)
}

var itemFolder = regexp.MustCompile(`/(Message|Appointment|Contact|Meeting|Note|Task|Activity|Document|Email|Unknown)\d{5}$`)

func byPffexport(t *testing.T, tool, path string) int {
	dir := t.TempDir()
	return countFiles(t, dir, func(p string) bool { return itemFolder.MatchString(p) && !strings.Contains(p, "/Attachments/") },
		tool, "-q", "-m", "items", "-t", filepath.Join(dir, "out"), path)
}
