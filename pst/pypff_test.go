package pst_test

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// dump is what testdata/pypff_dump.py prints.
type dump struct {
	Folders []struct {
		Path     []string
		Messages []dumpMessage
	}
	Errors []string
}

// dumpMessage is what can be compared of an item: nothing that needs an
// interpretation. The lengths are those of the bodies as stored.
type dumpMessage struct {
	Class, Subject   string
	Plain, HTML, RTF *int64
	Attachments      []string // SHA-1 of the data, or why there is none
}

// key is what two readers must agree on.
func (m dumpMessage) key() string {
	length := func(n *int64) string {
		if n == nil {
			return "-"
		}
		return fmt.Sprint(*n)
	}
	subject := sha1.Sum([]byte(m.Subject)) // no content in the output of a test
	return fmt.Sprintf("%s subject %x plain %s html %s rtf %s attachments %s",
		m.Class, subject[:4], length(m.Plain), length(m.HTML), length(m.RTF), strings.Join(m.Attachments, " "))
}

// byFolder is a multiset of items for each folder path.
type byFolder map[string]map[string]int

func (b byFolder) add(path []string, keys ...string) {
	name := strings.Join(path, "\x1f")
	if b[name] == nil {
		b[name] = map[string]int{}
	}
	for _, k := range keys {
		b[name][k]++
	}
}

// pypffDump runs the helper on a file.
func pypffDump(t *testing.T, python, path string) byFolder {
	t.Helper()
	b, err := testneed.Bounded(python, filepath.Join("testdata", "pypff_dump.py"), path).Output()
	if err != nil {
		t.Fatalf("the helper ended with %v", err)
	}
	var d dump
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	for _, e := range d.Errors {
		t.Logf("pypff: %s", e)
	}
	out := byFolder{}
	for _, f := range d.Folders {
		out.add(f.Path)
		for _, m := range f.Messages {
			out.add(f.Path, m.key())
		}
	}
	return out
}

// ownDump is the same by our reader, with paths from the root of the store.
func ownDump(t *testing.T, path string) byFolder {
	t.Helper()
	s, err := pst.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	inv := inventory(t, s)
	byID := map[pst.NodeID]*pst.Folder{}
	for _, f := range inv.Folders {
		byID[f.ID] = f
	}
	out := byFolder{}
	out.add(nil) // the root, which Inventory leaves out
	for _, f := range inv.Folders {
		full := fullPath(f, byID)
		out.add(full)
		for _, id := range f.Items {
			m, err := s.Message(id)
			if err != nil {
				t.Fatal(err)
			}
			out.add(full, describe(t, m).key())
		}
	}
	return out
}

// fullPath has the names from the root: Folder.Path starts anew at the top of
// the user's folders.
func fullPath(f *pst.Folder, byID map[pst.NodeID]*pst.Folder) []string {
	var out []string
	for ; f != nil; f = byID[f.Parent] {
		out = append(out, f.Path[len(f.Path)-1])
	}
	slices.Reverse(out)
	return out
}

func describe(t *testing.T, m *pst.Message) dumpMessage {
	t.Helper()
	d := dumpMessage{
		Class: storedText(m.Properties, mapi.MessageClass), Subject: storedText(m.Properties, mapi.Subject),
		Plain: storedSize(t, m.Properties, mapi.Body), HTML: storedSize(t, m.Properties, mapi.HTML),
		RTF: storedSize(t, m.Properties, mapi.RtfCompressed),
	}
	list, err := m.Attachments()
	if err != nil {
		t.Error(err)
	}
	for _, a := range list {
		d.Attachments = append(d.Attachments, dataHash(t, a))
	}
	slices.Sort(d.Attachments)
	return d
}

// storedText is a string without regard to code pages: each byte of an 8-bit
// one is a character.
func storedText(p *pst.Properties, id mapi.PropID) string {
	v, err := p.Value(id)
	if err != nil {
		return ""
	}
	if v.Type == mapi.TypeString {
		return mapi.UTF16(v.Data)
	}
	var out []rune
	for _, c := range v.Data {
		if c == 0 {
			break
		}
		out = append(out, rune(c))
	}
	return string(out)
}

func storedSize(t *testing.T, p *pst.Properties, id mapi.PropID) *int64 {
	t.Helper()
	if !p.Has(id) {
		return nil
	}
	r, size, err := p.Open(id)
	if err != nil {
		t.Error(err)
		return nil
	}
	if n, err := io.Copy(io.Discard, r); n != size || err != nil {
		t.Errorf("property %s: %d of %d bytes, %v", id, n, size, err)
	}
	return &size
}

func dataHash(t *testing.T, a *pst.Attachment) string {
	t.Helper()
	if n, _ := a.Int(mapi.AttachMethod); n == mapi.AttachEmbedded {
		if _, err := a.Message(); err != nil {
			t.Error(err)
		}
		return "embedded"
	}
	if !a.Has(mapi.AttachData) {
		return "no data"
	}
	r, _, err := a.Open(mapi.AttachData)
	if err != nil {
		t.Error(err)
		return "unreadable"
	}
	h := sha1.New()
	if _, err := io.Copy(h, r); err != nil {
		t.Error(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// known are the differences, each with its reason; any other fails the test, and
// so does one of these that is no more. docs/reader.md has them too.
var known = []struct{ file, what, right, why string }{
	{"Personal folders_part0.pst", "only we have 3 items of Top of Personal Folders / My Messages", "we are",
		"its nodes are sound and readpst finds them too; libpff gives up on items of a splitter: \"unable to retrieve sub message\""},
	{"aspose-Test_part1.pst", "only we have 12 items of Top of Personal Folders / Contacts", "we are",
		"likewise; readpst writes 19 contacts, 10 more than libpff"},
	{"aspose-AddingBulkMessages.pst", "only we have folder /", "neither is",
		"libpff does not open the file because of the checksum of its header"},
	{"aspose-AddingBulkMessages.pst", "only we have folder Unnamed folder 0x8022", "we are",
		"the node B-tree has four folders, none with a name: the block B-tree is an older version that lacks their blocks"},
	{"aspose-AddingBulkMessages.pst", "only we have folder Unnamed folder 0x8022 / Unnamed folder 0x8062", "we are", "likewise"},
	{"aspose-AddingBulkMessages.pst", "only we have folder Unnamed folder 0x8022 / Unnamed folder 0x8082", "we are", "likewise"},
	{"aspose-AddingBulkMessages.pst", "only we have folder Unnamed folder 0x8042", "we are", "likewise"},
}

// TestKnownDifferencesAreDocumented looks for each file in the table of docs/reader.md.
func TestKnownDifferencesAreDocumented(t *testing.T) {
	b, err := os.ReadFile("../docs/reader.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range known {
		if !strings.Contains(string(b), "| pypff, `"+k.file+"` |") {
			t.Errorf("docs/reader.md does not explain: %s, %s", k.file, k.what)
		}
	}
}

// differences says what only one of two readers has, for each the items concerned.
func differences(ours, theirs byFolder) map[string][]string {
	out := map[string][]string{}
	onlyIn(out, "only we have", ours, theirs)
	onlyIn(out, "only pypff has", theirs, ours)
	return out
}

func onlyIn(out map[string][]string, who string, a, b byFolder) {
	for path, items := range a {
		name := strings.ReplaceAll(path, "\x1f", " / ")
		if name == "" {
			name = "/"
		}
		if _, ok := b[path]; !ok {
			out[who+" folder "+name] = nil
		}
		count := 0
		var which []string
		for key, n := range items {
			if more := n - b[path][key]; more > 0 {
				count += more
				which = append(which, fmt.Sprintf("%d × %s", more, key))
			}
		}
		if count > 0 {
			slices.Sort(which)
			out[fmt.Sprintf("%s %d items of %s", who, count, name)] = which
		}
	}
}

// TestAgainstPypff compares folders, items, bodies and the data of attachments
// with what libpff reads, in all files of the corpus and the samples of go-pst.
func TestAgainstPypff(t *testing.T) {
	python := testneed.Python(t, "pypff")
	files, err := filepath.Glob(filepath.Join(testneed.Corpus(t), "*.[po]st"))
	if err != nil {
		t.Fatal(err)
	}
	samples, err := filepath.Glob(filepath.Join(testneed.ModuleDir(t, "github.com/mooijtech/go-pst/v6"), "data", "*.pst"))
	if err != nil || len(samples) != 3 {
		t.Fatalf("%d samples of go-pst, %v", len(samples), err)
	}
	compared, items := 0, 0
	for _, path := range append(files, samples...) {
		st, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if st.Size() < 1024 || testing.Short() && st.Size() > 300_000 {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			ours := ownDump(t, path)
			judge(t, filepath.Base(path), differences(ours, pypffDump(t, python, path)))
			compared++
			for _, f := range ours {
				for _, n := range f {
					items += n
				}
			}
		})
	}
	t.Logf("%d files with %d items compared", compared, items)
	if !testing.Short() && (compared < 72 || items < 3300) {
		t.Errorf("only %d files with %d items were compared", compared, items)
	}
}

// judge reports the differences that are not known, and the known that are not.
func judge(t *testing.T, file string, diffs map[string][]string) {
	t.Helper()
	for _, k := range known {
		if k.file != file {
			continue
		}
		if _, ok := diffs[k.what]; !ok {
			t.Errorf("known, but no longer so: %s", k.what)
		}
		t.Logf("%s; %s right: %s", k.what, k.right, k.why)
		delete(diffs, k.what)
	}
	for what, which := range diffs {
		t.Errorf("%s\n\t%s", what, strings.Join(which, "\n\t"))
	}
}
