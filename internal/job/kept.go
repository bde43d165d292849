package job

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/rescue"
	"github.com/pst2imap/pst2imap/pst"
)

// kept is a rescue folder as the source of a job. Its items have the numbers of
// their entries; its folders are those of the data file from which they came.
type kept struct {
	folder    *rescue.Folder
	entries   []rescue.Entry
	mailboxes []string // by folder

	mu    sync.Mutex
	lines []string // first lines of the files by entry; "" for one that was not read
}

// OpenRescue is a job of the messages in a rescue folder. They go to the mailboxes
// for which they were meant, with their flags and dates.
func OpenRescue(f *rescue.Folder, l event.Listener) *Job {
	k := &kept{folder: f, entries: f.Entries()}
	k.lines = make([]string, len(k.entries))
	inv := &pst.Inventory{Messages: len(k.entries)}
	at := map[string]int{}
	for i := range k.entries {
		e := &k.entries[i]
		place := e.Mailbox + "\x00" + strings.Join(e.Folder, "\x00")
		n, known := at[place]
		if !known {
			n = len(inv.Folders)
			at[place] = n
			inv.Folders = append(inv.Folders, &pst.Folder{Path: e.Folder, Depth: len(e.Folder), Class: "IPF.Note"})
			k.mailboxes = append(k.mailboxes, e.Mailbox)
		}
		inv.Folders[n].Items = append(inv.Folders[n].Items, pst.NodeID(i))
	}
	j := &Job{Listener: l, unreadable: map[string]string{}}
	s := &Source{File: f.Dir(), Inventory: inv, kept: k}
	j.Sources = []*Source{s}
	for _, f := range inv.Folders {
		j.Folders = append(j.Folders, Folder{f, s})
	}
	return j
}

func (k *kept) report() report.Source {
	_, bytes := k.folder.Count()
	return report.Source{File: k.folder.Dir(), Size: bytes, Format: report.FormatRescue}
}

// key names the folder; its messages have the keys of their own data files.
func (k *kept) key() string {
	path := k.folder.Dir()
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	sum := sha256.Sum256([]byte("rescue\x00" + path))
	return hex.EncodeToString(sum[:])
}

// Rescued is the rescue folder that the messages come from, "" where they come from
// data files.
func (j *Job) Rescued() string {
	if k := j.Sources[0].kept; k != nil {
		return k.folder.Dir()
	}
	return ""
}

func (k *kept) damage() []report.Damage {
	var out []report.Damage
	for _, f := range k.folder.Faults() {
		out = append(out, report.Damage{Where: fmt.Sprintf("%s, line %d", rescue.IndexName, f.Line), What: f.Err.Error(), Lost: true})
	}
	return out
}

// targets are the mailboxes of the folders.
func (k *kept) targets(j *Job) []plan.Target {
	out := make([]plan.Target, len(k.mailboxes))
	for i, name := range k.mailboxes {
		out[i] = plan.Target{Folder: i, Mailbox: name, Create: !j.HasMailbox(name)}
	}
	return out
}

// entry is that of an item in a rescue folder, nil for others.
func (s *Source) entry(r Ref) *rescue.Entry {
	if s.kept == nil {
		return nil
	}
	return &s.kept.entries[r.ID]
}

// openKept is Open for a rescue folder. A file that is gone is no error before it is
// needed: its message may be on the server.
func (j *Job) openKept(r Ref) (*Item, error) {
	it := j.unplaced(r)
	it.ItemID = it.entry.Item
	if it.idLine = it.src.kept.firstLine(r); it.idLine != "" {
		return it, nil
	}
	err := it.openFile()
	if err != nil && !errors.Is(err, rescue.ErrMissing) {
		err = it.spoilt(err)
		return it, err
	}
	return it, nil
}

// firstLine is that of a file, if it was read.
func (k *kept) firstLine(r Ref) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lines[r.ID]
}

// keptFile is the file of a kept message, read up to its first line.
type keptFile struct {
	*rescue.Message
	br *bufio.Reader
}

// openFile opens the file and reads its first line. [Item.Release] closes it.
func (it *Item) openFile() error {
	k := it.src.kept
	f, err := k.folder.Read(it.entry)
	if err != nil {
		return err
	}
	br := readers.Get().(*bufio.Reader)
	br.Reset(f)
	it.file = &keptFile{f, br}
	if it.idLine, err = readIDLine(br, it.ItemID); err != nil {
		it.Release()
		return err
	}
	k.mu.Lock()
	k.lines[it.ID] = it.idLine
	k.mu.Unlock()
	return nil
}

// Release lets go of what an item holds that is not converted: its attachments, or the
// file of a kept message. A conversion does the same.
func (it *Item) Release() {
	if it != nil && it.item != nil {
		it.item.Release()
		it.item = nil
	}
	if it == nil || it.file == nil {
		return
	}
	_ = it.file.Close() // it was only read
	it.file.br.Reset(nil)
	readers.Put(it.file.br)
	it.file = nil
}

// readIDLine reads the first line, which has to name the item.
func readIDLine(br *bufio.Reader, id string) (string, error) {
	line, err := br.ReadSlice('\n')
	if err != nil && !errors.Is(err, bufio.ErrBufferFull) && !errors.Is(err, io.EOF) {
		return "", err
	}
	if value, ok := claim.IDLine(line); ok {
		if is, ok := eml.ParseIDLine(value); ok && string(is) == id {
			return string(line), nil
		}
	}
	return "", fmt.Errorf("%w: its first line does not name the item", rescue.ErrChanged)
}

// present tells whether the file is there.
func (it *Item) present() error {
	if it.idLine == "" {
		return it.spoilt(rescue.ErrMissing)
	}
	return nil
}

// spoilt is the refusal of a kept message that is not as it was kept.
func (it *Item) spoilt(err error) *Refusal {
	return &Refusal{State: report.Failed, Category: report.ReasonSpoilt,
		Detail: fmt.Sprintf("%s in the rescue folder cannot be sent: %v", it.entry.File, err)}
}

// copyKept is Convert for a kept message.
func (it *Item) copyKept(w io.Writer) (*eml.Result, error) {
	if it.file == nil {
		if err := it.openFile(); err != nil {
			return nil, it.spoilt(err)
		}
	}
	defer it.Release()
	f, br := it.file.Message, it.file.br
	head, err := br.Peek(br.Size()) // an error is that of the end, which comes again
	if len(head) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return nil, it.spoilt(err)
	}
	if end := bytes.Index(head, headerEnd); end >= 0 {
		head = head[:end]
	}
	fields := claim.ParseFields(bytes.Clone(head))
	sink := &sink{w: w}
	sum, n, err := copyAndSum(sink, f, br)
	switch {
	case sink.err != nil:
		return nil, sink.err
	case err != nil:
		return nil, it.spoilt(err)
	}
	return &eml.Result{
		ID: it.ItemID, MessageID: fields.MessageID, From: fields.From, Date: fields.Date, Subject: it.entry.Subject,
		InternalDate: it.entry.Date, Flags: it.entry.Flags, Size: n, SHA256: sum,
	}, nil
}

// headerEnd is what the header of a message ends with.
var headerEnd = []byte("\r\n\r\n")

// readers are for kept messages: one would be as large as most of them.
var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 64<<10) }}

// copyAndSum copies the rest of a kept message, which br reads, and gives its hash:
// that which is checked, if it is the same one.
func copyAndSum(w io.Writer, f *rescue.Message, br io.Reader) (sum [sha256.Size]byte, n int64, err error) {
	if f.SumsBody() {
		n, err = io.Copy(w, br)
		return f.Sum(), n, err
	}
	h := sha256.New()
	n, err = io.Copy(io.MultiWriter(w, h), br)
	h.Sum(sum[:0])
	return sum, n, err
}

func (it *Item) describeKept(out report.Item) report.Item {
	out.Subject, out.MessageID = it.entry.Subject, it.entry.MessageID
	if !it.entry.Date.IsZero() {
		out.Date = it.entry.Date.UTC().Format(time.RFC3339)
	}
	return out
}

// Rescue is the entry of an item that a server would not take, for a rescue folder.
func (j *Job) Rescue(it *Item, res *eml.Result, category, reason string) rescue.Entry {
	node, said := j.Node(it.Ref), it.Describe(report.Failed, reason)
	return rescue.Entry{
		Item: it.ItemID, Store: node.Store, Node: node.Node, Mailbox: it.Mailbox, Flags: res.Flags, Date: res.InternalDate,
		Folder: j.Folders[it.Folder].Path, Subject: said.Subject, MessageID: said.MessageID, Category: category, Reason: reason,
		Body: hex.EncodeToString(res.SHA256[:]),
	}
}
