package psttest

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// bigFolder writes one folder with n messages to a file.
func bigFolder(t *testing.T, n int) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "big.pst")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w, err := NewWriter(f, Options{})
	if err != nil {
		t.Fatal(err)
	}
	inbox, err := w.Folder(IPMSubtree, "Inbox", RoleInbox)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if _, err := w.Add(inbox, Mail(fmt.Sprintf("Message %d", i), ann, bob, "body")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestManyMessages has 20,000 rows in one contents table: a row index and
// B-trees of several levels, a row matrix and a heap of hundreds of blocks.
func TestManyMessages(t *testing.T) {
	n := 20000
	if testing.Short() {
		n = 2000
	}
	name := bigFolder(t, n)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	c, err := checkFile(b)
	if err != nil {
		t.Fatal(err)
	}
	if c.levels[0x80] < 2 || c.levels[0x81] < 2 {
		t.Errorf("levels of the B-trees: %v, want more than two", c.levels)
	}
	t.Run("readpst", func(t *testing.T) {
		readpst := testneed.Tool(t, "readpst")
		dir := t.TempDir()
		run(t, readpst, "-q", "-j", "0", "-D", "-r", "-b", "-o", dir, name)
		mbox, err := os.ReadFile(filepath.Join(dir, "Personal Folders", "Inbox", "mbox"))
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Count(mbox, []byte("\nSubject: Message ")); got != n {
			t.Errorf("readpst finds %d of %d messages", got, n)
		}
	})
	t.Run("pffexport", func(t *testing.T) {
		pffexport := testneed.Tool(t, "pffexport")
		target := filepath.Join(t.TempDir(), "out")
		run(t, pffexport, "-q", "-t", target, name)
		dir := filepath.Join(target+".export", "Top of Outlook data file", "Inbox")
		if got := len(dirsIn(t, dir)); got != n {
			t.Errorf("pffexport finds %d of %d messages", got, n)
		}
		last := pffItem(t, filepath.Join(dir, fmt.Sprintf("Message%05d", n)))
		if want := fmt.Sprintf("Message %d", n-1); last.Subject != want {
			t.Errorf("subject of the last one is %q, want %q", last.Subject, want)
		}
	})
}

// discard takes a file of any size and keeps its length and which map pages
// stand where.
type discard struct {
	size int64
	maps map[int64]pageKind
}

func (d *discard) WriteAt(p []byte, off int64) (int, error) {
	d.size = max(d.size, off+int64(len(p)))
	for at := 0; off >= amapOffset && at+512 <= min(len(p), 2048); at += 512 {
		kind := pageKind(p[at+496])
		if le.Uint64(p[at+504:]) != uint64(off)+uint64(at) || p[at+497] != byte(kind) {
			break
		}
		d.maps[off+int64(at)] = kind
	}
	return len(p), nil
}

// TestStreaming writes far more than it may hold: attachments that are never
// in memory as a whole, over the places of the first FMap and FPMap pages.
func TestStreaming(t *testing.T) {
	const each, count = 256 << 20, 9 // 2.25 GiB; the first FPMap is due at 1.94 GiB
	n := count
	if testing.Short() {
		n = 1
	}
	d := discard{maps: map[int64]pageKind{}}
	w, err := NewWriter(&d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range n {
		m := Mail("big", ann, bob, "")
		m.Attach(Attachment{Source: io.LimitReader(zeros{}, each), Props: []Prop{Str(mapi.AttachLongFilename, fmt.Sprint(i))}})
		if _, err := w.Add(IPMSubtree, m); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	for at, want := range map[int64]pageKind{
		0x4400: pageAMap, 0x4600: pagePMap, 0x1F04800: pageFMap, 0x1F04800 + 496*253952: pageFMap, 0x7C004800: pageFPMap,
	} {
		if got := d.maps[at]; at < d.size && got != want {
			t.Errorf("page at %#x is of kind %#x, want %#x", at, got, want)
		}
	}
	if d.size < int64(n)*each {
		t.Errorf("the file has %d bytes, more than %d were given", d.size, int64(n)*each)
	}
	if held := int64(after.HeapAlloc) - int64(before.HeapAlloc); held > 64<<20 {
		t.Errorf("%d bytes are held in memory after %d bytes of file", held, d.size)
	}
}

// zeros is an endless reader.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestSparse reads a file back whose sections go past the first FMap page.
func TestSparse(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 40 MB")
	}
	data := bytesOf(8 << 20)
	m := Mail("big", ann, bob, strings.Repeat("x", 1000))
	for i := range 5 {
		m.Attach(ByValue(fmt.Sprintf("%d.bin", i), "application/octet-stream", data))
	}
	c := testCase{tree: Tree{Folders: []Folder{{Name: "Inbox", Messages: []*Message{m}}}}}
	name := c.file(t)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := checkFile(b); err != nil {
		t.Error(err)
	}
	// The longest run of free slots of the sections from the FMap page on.
	if got := b[0x1F04800]; got == 0xFF || got == 0 {
		t.Errorf("FMap says %d for a section that is full but for its end", got)
	}
	if at := 0x4400 + 128*253952 + 1024; b[at+496] != byte(pageFMap) {
		t.Errorf("no FMap page at %#x but % x", at, b[at+496:at+512])
	}
}
