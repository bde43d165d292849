package psttest

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

func TestStructure(t *testing.T) {
	for _, c := range cases() {
		if c.tree.Format != FormatUnicode {
			continue // the checker knows the Unicode form only
		}
		t.Run(c.name, func(t *testing.T) {
			b, err := Bytes(&c.tree)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := checkFile(b); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestDeterministic writes everything twice.
func TestDeterministic(t *testing.T) {
	first, second := cases(), cases()
	for i := range first {
		a, err := Bytes(&first[i].tree)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Bytes(&second[i].tree)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s: two writes differ", first[i].name)
		}
	}
}

// TestMessageSize holds the size that pffexport reads against the bytes that the
// message takes in the file, as Outlook's own files have it.
func TestMessageSize(t *testing.T) {
	pffexport := testneed.Tool(t, "pffexport")
	for _, m := range []*Message{
		Mail("small", ann, bob, "x"), nested(3), sizes(0, 3580, 3581, 20000), properties(600, 20), properties(447, 1), properties(448, 1),
	} {
		c := testCase{tree: Tree{Folders: []Folder{{Name: "Inbox", Messages: []*Message{m}}}}}
		name := c.file(t)
		target := filepath.Join(t.TempDir(), "out")
		run(t, pffexport, "-q", "-t", target, name)
		header := content(t, filepath.Join(target+".export", "Top of Outlook data file", "Inbox", "Message00001"), "OutlookHeaders.txt")
		found := regexp.MustCompile(`(?m)^Size:\s+(\d+)$`).FindStringSubmatch(header)
		if found == nil {
			t.Fatalf("no size in %q", header)
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		ck, err := checkFile(b)
		if err != nil {
			t.Fatal(err)
		}
		node := ck.nodes[0x200024]
		data, err := ck.size(node.data)
		if err != nil {
			t.Fatal(err)
		}
		below, err := ck.subtree(node.sub, 2)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := strconv.Atoi(found[1]); uint64(got) != data+below {
			t.Errorf("%s: size %d, the message takes %d bytes", text(m, 0x0037), got, data+below)
		}
	}
}
