package job

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/rescue"
	"github.com/pst2imap/pst2imap/pst"
)

// Item is an item that could be opened.
type Item struct {
	Ref
	ItemID  string // identity, see eml.ItemID
	Mailbox string // where it belongs, once there is a plan

	src     *Source
	entry   *rescue.Entry // in a rescue folder; nil for others
	idLine  string        // first line of its file there
	file    *keptFile     // its file; nil where it is not open
	msg     *pst.Message  // nil until it is needed
	kind    eml.Kind
	item    *eml.Item // nil until it is needed
	options *eml.Options
	known   bool // the identity was known and not computed

	selection *plan.Selection
}

// Refusal says why an item is not converted: a state, a category to count it
// under and the words for the person.
type Refusal struct {
	State    report.State
	Category string
	Detail   string
	PIM      bool // the item belongs into a file for calendars or address books
}

// Error is the words for the person.
func (r *Refusal) Error() string { return r.Detail }

// Open reads the item and computes its identity. The error is a *Refusal.
func (j *Job) Open(r Ref) (*Item, error) {
	it, err := j.OpenAnywhere(r)
	j.place(it)
	return it, err
}

// OpenAnywhere is Open for an item without its place, also beside [Job.Plan].
func (j *Job) OpenAnywhere(r Ref) (*Item, error) {
	if out := j.leftOut(r.Folder); out != "" {
		return nil, &Refusal{State: report.Skipped, Category: out}
	}
	src := j.Folders[r.Folder].Source
	if src.kept != nil {
		return j.openKept(r)
	}
	m, err := src.Store.Message(r.ID)
	if err != nil {
		return nil, &Refusal{State: report.Failed, Category: "unreadable", Detail: fmt.Sprintf("the item cannot be read: %v", err)}
	}
	it := j.unplaced(r)
	it.msg = m
	if eml.HeaderOnly(m) {
		return it, &Refusal{State: report.Skipped, Category: "header only", Detail: "Outlook has fetched only the header: let it download the whole mail first"}
	}
	class, _ := m.Text(mapi.MessageClass)
	flags, _ := m.Int(mapi.MessageFlags)
	it.kind = eml.Classify(class, flags)
	switch form := j.items.form(it.kind); {
	case it.kind == eml.KindAssociated:
		return it, &Refusal{State: report.Skipped, Category: report.ReasonNoContent, Detail: "settings of a program, no user content (" + class + ")"}
	case form == formNone:
		return it, &Refusal{State: report.Skipped, Category: report.ReasonNotAsked,
			Detail: fmt.Sprintf("%s: %s (%s), see --items %s", report.ReasonNotAsked, it.kind, class, KindName(it.kind))}
	case form == formFile:
		return it, &Refusal{State: report.Skipped, Category: report.ReasonNotWritten, PIM: true,
			Detail: fmt.Sprintf("%s: %s (%s)", report.ReasonNotWritten, it.kind, class)}
	}
	// What of the item cannot be read, the conversion goes on without and warns of.
	it.options = src.options()
	it.item = eml.Load(m, it.options)
	it.ItemID = it.item.ID()
	return it, nil
}

// item is an item before it is opened.
func (j *Job) item(r Ref) *Item {
	it := j.unplaced(r)
	j.place(it)
	return it
}

// unplaced is item without its place.
func (j *Job) unplaced(r Ref) *Item {
	it := &Item{Ref: r, src: j.Folders[r.Folder].Source, selection: j.Selection}
	it.entry = it.src.entry(r)
	return it
}

// place gives an item its place, once there is a plan. it may be nil.
func (j *Job) place(it *Item) {
	if it != nil && j.Targets != nil {
		it.Mailbox = j.Targets[it.Folder].Mailbox
	}
}

// leftOut is why the items of a folder are not wanted, "" if they are.
func (j *Job) leftOut(folder int) string {
	if out := j.Selection.Folder(j.Folders[folder].Path); out != "" {
		return out
	}
	return j.Selection.Items()
}

// Convert writes the message, without its X-Pst2imap-Id line. The error is a
// *Refusal, or that of w.
func (it *Item) Convert(w io.Writer) (*eml.Result, error) { return it.write(w, (*eml.Item).Convert) }

// Write is Convert for those who do not need the hash of the message.
func (it *Item) Write(w io.Writer) (*eml.Result, error) { return it.write(w, (*eml.Item).Write) }

func (it *Item) write(w io.Writer, write func(*eml.Item, io.Writer) (*eml.Result, error)) (*eml.Result, error) {
	if it.entry != nil {
		return it.copyKept(w)
	}
	if err := it.Load(); err != nil {
		return nil, err
	}
	defer it.Release()
	sink := &sink{w: w}
	res, err := write(it.item, sink)
	var skipped *eml.SkippedKindError
	switch {
	case err == nil:
		if out := it.selection.Item(res.Size, res.InternalDate); out != "" {
			return nil, &Refusal{State: report.Skipped, Category: out}
		}
		return res, nil
	case sink.err != nil:
		return nil, sink.err
	case errors.As(err, &skipped):
		return nil, &Refusal{State: report.Skipped, Category: report.ReasonNotAsked, Detail: err.Error()}
	}
	return nil, &Refusal{State: report.Failed, Category: "not convertible", Detail: err.Error()}
}

// sink remembers an error of the writer, to tell it from one of the item.
type sink struct {
	w   io.Writer
	err error
}

func (s *sink) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	if err != nil {
		s.err = err
	}
	return n, err
}

// Claim is what the item is recognized by on the server; res may be nil before
// the conversion.
func (it *Item) Claim(res *eml.Result) claim.Item {
	c := claim.Item{ID: it.ItemID, Mailbox: it.Mailbox}
	if res != nil {
		c.MessageID, c.From, c.Date = res.MessageID, claim.Address(res.From), res.Date
	}
	return c
}

// Describe is an item for a report.
func (j *Job) Describe(r Ref, state report.State, reason string) report.Item {
	return j.item(r).Describe(state, reason)
}

// Describe is the item for a report. It works for a nil item too.
func (it *Item) Describe(state report.State, reason string) report.Item {
	out := report.Item{State: state, Reason: reason}
	if it != nil && it.entry != nil {
		return it.describeKept(out)
	}
	if it == nil || it.open() != nil {
		return out
	}
	out.Subject = eml.Subject(it.msg)
	out.MessageID, _ = it.msg.Text(mapi.InternetMessageID)
	for _, id := range []mapi.PropID{mapi.ClientSubmitTime, mapi.MessageDeliveryTime, mapi.CreationTime} {
		if t, ok := it.msg.Time(id); ok {
			out.Date = t.Truncate(time.Second).Format(time.RFC3339)
			break
		}
	}
	return out
}

func asCommandError(err error) (*imapconn.CommandError, bool) {
	var e *imapconn.CommandError
	ok := errors.As(err, &e)
	return e, ok
}
