package pst_test

import (
	"context"
	"crypto/sha1" //nolint:gosec // what the other reader is asked for; nothing is protected by it
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// pypffItem is what libpff finds of an item.
type pypffItem struct {
	Folder      []string
	Subject     *string
	HTML        *int
	Attachments []string
}

// emptySum is the hash of no data.
var emptySum = fmt.Sprintf("%x", sha1.Sum(nil)) //nolint:gosec // see above

// pypffDifferences are files where libpff 20180714 finds something else, and
// why it is wrong or what it cannot do. Each is a difference of that many items.
var pypffDifferences = map[string]struct {
	items int
	why   string
}{
	"Personal folders_part0.pst": {3, "written by a splitter: libpff cannot open its items"},
	"aspose-Test_part1.pst":      {12, "written by a splitter: libpff cannot open 12 of 61 items"},
}

// TestAgainstPypff compares folders, subjects, HTML lengths and attachments by
// hash with libpff, over every file that both can read.
func TestAgainstPypff(t *testing.T) {
	python := testneed.Pypff(t)
	dir := testneed.Corpus(t)
	samples := filepath.Join(testneed.ModuleDir(t, "github.com/mooijtech/go-pst/v6"), "data")
	var files []string
	for _, d := range []string{dir, samples} {
		for _, ext := range []string{"*.pst", "*.ost"} {
			list, err := filepath.Glob(filepath.Join(d, ext))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, list...)
		}
	}
	compared := 0
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			ours, err := itemKeys(path)
			if errors.Is(err, pst.ErrNotDataFile) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			theirs, ok := pypffKeys(t, python, path)
			if !ok {
				return // libpff cannot open the file at all
			}
			compared++
			only, missing := difference(ours, theirs)
			allowed := pypffDifferences[filepath.Base(path)]
			if len(missing) > 0 || len(only) != allowed.items {
				t.Errorf("%d items that only we have, %d that only libpff has (allowed %d: %s)\nours:\n%s\ntheirs:\n%s",
					len(only), len(missing), allowed.items, allowed.why, strings.Join(short(only), "\n"), strings.Join(short(missing), "\n"))
			}
		})
	}
	if compared < 60 {
		t.Errorf("only %d files were compared", compared)
	}
}

func short(list []string) []string { return list[:min(len(list), 5)] }

// itemKeys describes each item of a file in one string.
func itemKeys(path string) (map[string]int, error) {
	s, err := pst.Open(path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	inv, err := s.Inventory()
	if err != nil {
		return nil, pst.ErrNotDataFile // nothing in it
	}
	keys := map[string]int{}
	for _, f := range inv.Folders {
		for _, id := range f.Items {
			m, err := s.Message(id)
			if err != nil {
				return nil, err
			}
			html := -1
			if b, ok := m.Bytes(pst.PropHTML); ok {
				html = len(b)
			}
			list, err := m.Attachments()
			if err != nil {
				return nil, err
			}
			var sums []string
			for _, a := range list {
				sums = append(sums, attachmentSum(a))
			}
			keys[itemKey(f.Path[len(f.Path)-1], m.Subject(), html, sums)]++
		}
	}
	return keys, nil
}

func attachmentSum(a *pst.Attachment) string {
	r, _, err := a.Open(pst.PropAttachData)
	if err != nil {
		return emptySum
	}
	h := sha1.New() //nolint:gosec // see above
	if _, err := io.Copy(h, r); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func itemKey(folder, subject string, html int, sums []string) string {
	if html == 0 {
		html = -1 // libpff has no empty body
	}
	for i, s := range sums {
		if s == "" {
			sums[i] = emptySum
		}
	}
	sort.Strings(sums)
	return fmt.Sprintf("%q %q html %d attachments %v", folder, strings.TrimRight(subject, "\x00"), html, sums)
}

func pypffKeys(t *testing.T, python, path string) (map[string]int, bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, python, "testdata/pypff_items.py", path)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return nil, false
		}
		t.Fatal(err)
	}
	var all struct{ Items []pypffItem }
	if err := json.Unmarshal(out, &all); err != nil {
		t.Fatal(err)
	}
	keys := map[string]int{}
	for _, it := range all.Items {
		folder, subject, html := "", "", -1
		if n := len(it.Folder); n > 0 {
			folder = it.Folder[n-1]
		}
		if it.Subject != nil {
			subject = *it.Subject
		}
		if it.HTML != nil {
			html = *it.HTML
		}
		keys[itemKey(folder, subject, html, it.Attachments)]++
	}
	return keys, true
}

// difference lists what only one of two multisets has.
func difference(a, b map[string]int) (onlyA, onlyB []string) {
	for k, n := range a {
		for range n - b[k] {
			onlyA = append(onlyA, k)
		}
	}
	for k, n := range b {
		for range n - a[k] {
			onlyB = append(onlyB, k)
		}
	}
	sort.Strings(onlyA)
	sort.Strings(onlyB)
	return onlyA, onlyB
}
