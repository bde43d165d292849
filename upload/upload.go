// Package upload appends the items of data files to an IMAP account, each
// exactly once.
//
// An item that the server already accounts for (package claim) is not appended
// again, so that the same run can be repeated, here or on another computer,
// until nothing is left to do. An item that cannot be read, converted or
// appended never ends the run: it is counted with its reason.
//
// Several connections work on several mailboxes, the largest first, each on one
// mailbox at a time and in the order of the data file. A connection does not
// wait for the answer to one message before it sends the next. When it breaks,
// what was under way is looked for before anything is sent again.
package upload

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/rescue"
)

// DefaultConnections is how many connections are used when [Options] names no
// other number.
const DefaultConnections = 4

// Options of a run.
type Options struct {
	Dry         bool             // decide everything, change nothing
	Journal     *journal.Journal // record of what was appended; nil for none
	Past        *journal.Past    // what the journal said before; nil for nothing
	Rescue      *rescue.Folder   // for messages that the server refuses; nil for none
	Connections int              // at most; 0 is DefaultConnections
	ErrorsMax   int              // ends the run when more items than that have failed; 0 is no limit
	KeepDeleted bool             // what earlier runs appended and is gone from the server stays so
	Refill      bool             // it is appended again, however much it is
	PIM         job.PIMFunc      // what to do with items that are no mail; nil: they are skipped
}

// Result says what a run did beyond the report.
type Result struct {
	ledger *ledger

	// OverQuota tells that the server took no more for lack of room.
	OverQuota bool
	// Refused tells that the server refused every message that was sent, and that
	// there were some.
	Refused bool
	// Extra are second copies of messages that this job appended, by mailbox.
	Extra map[string]int
}

// OnServer are the items that are uploaded or present, to be verified.
func (r *Result) OnServer() map[job.Ref]bool { return r.ledger.onServer() }

// leastRefusals is from how many refusals on, and no message taken, the fault is
// looked for in the server and not in the messages.
const leastRefusals = 5

// ErrTooManyFailures says that the run was ended by Options.ErrorsMax.
var ErrTooManyFailures = errors.New("too many items have failed")

// ErrRefused says that the server refuses every message.
var ErrRefused = errors.New("the server refuses every message")

// Run uploads the items of j, whose plan and index must be there. Every item
// found is counted in rec exactly once if Run returns no error; an error is one
// of the connection, of the local disk or of ctx, and the run can be repeated, or
// a *GoneError before anything was changed.
// When ctx ends, what is under way is still finished.
func Run(ctx context.Context, j *job.Job, o Options, rec *report.Recorder) (*Result, error) {
	u := newUploader(j, o)
	err := u.run(ctx)
	res := &Result{ledger: u.ledger, OverQuota: u.overQuota.Load(), Refused: u.refusals.Load() >= leastRefusals && u.stored.Load() == 0, Extra: u.extra}
	u.ledger.report(rec)
	return res, err
}

type uploader struct {
	job    *job.Job
	opt    Options
	ledger *ledger
	slots  *job.Slots

	control sync.Mutex // the job's own connection is for one at a time

	claims   sync.Mutex
	seen     map[place]int      // the first item that has them
	deferred map[int]claim.Item // items that only another mailbox may account for
	aside    map[int]bool       // items that are no mail

	appended []*journal.Entry // by item: what the journal says of those that have not changed, see recallAppended; nil where there is nothing to recall

	before map[string]bool // what earlier runs have appended, see placeOf
	gone   map[string]bool // ids of items that earlier runs appended and the server has lost

	queue  lanes
	pace   worst
	first  sync.Mutex // held while the first connection is made
	single single
	boxes  map[string]*box // by mailbox; under control
	opened bool            // all of them; under control
	early  *confirmer
	extra  map[string]int

	taken      sync.Map // sets of flags without keywords that the server takes
	overQuota  atomic.Bool
	stored     atomic.Int64 // messages
	refusals   atomic.Int64 // messages that the server would not take
	bytes      atomic.Int64 // of stored messages
	proven     atomic.Int64 // size that the server has taken
	tooBig     atomic.Int64 // size that it has refused; 0 for none
	pauseUntil atomic.Int64 // Unix nanoseconds
}

// place is what may be there once: an item in a mailbox.
type place struct{ mailbox, item string }

func newUploader(j *job.Job, o Options) *uploader {
	if o.Connections <= 0 {
		o.Connections = DefaultConnections
	}
	o.Connections = min(o.Connections, profileOf(j).Connections)
	if o.Past == nil {
		o.Past = new(journal.Past)
	}
	refs := slices.AppendSeq(make([]job.Ref, 0, j.Messages()), j.Items())
	return &uploader{
		job: j, opt: o, ledger: newLedger(refs), slots: job.NewSlots(),
		seen: map[place]int{}, deferred: map[int]claim.Item{}, aside: map[int]bool{}, before: map[string]bool{}, gone: map[string]bool{},
		boxes: map[string]*box{}, extra: map[string]int{},
	}
}

func (u *uploader) run(ctx context.Context) error {
	if err := u.findGone(); err != nil {
		return err
	}
	if u.job.Recalls() {
		u.appended = u.job.Appended()
	} else {
		u.seen = make(map[place]int, len(u.ledger.refs))
	}
	if !u.opt.Dry {
		if u.opt.Journal != nil {
			u.job.Made = u.opt.Journal.Made
			defer func() { u.job.Made = nil }()
		}
		if err := u.job.CreateMailboxes(ctx); err != nil {
			return err
		}
	}
	u.warnOfBudget()
	all := u.byMailbox()
	u.early = u.confirmEarly(ctx, len(all))
	err := u.pass(ctx, all, (*lane).decideHere)
	if err == nil {
		err = u.rest(ctx)
	}
	if err == nil {
		err = u.personal(ctx)
	}
	gone, errEarly := u.early.end()
	if err := cmp.Or(err, errEarly); err != nil {
		return err
	}
	if err := u.wakeControl(ctx); err != nil {
		return err
	}
	if err := u.confirm(ctx, gone); err != nil {
		return err
	}
	return u.tidyRescue()
}

// rest sends what had been put off and is nowhere else either.
func (u *uploader) rest(ctx context.Context) error {
	left, err := u.decideElsewhere()
	if err != nil {
		return err
	}
	return u.pass(ctx, u.group(left), (*lane).sendOn)
}

// work is the items that go into one mailbox.
type work struct {
	mailbox string
	items   []int // numbers in the ledger, ascending
}

func (u *uploader) byMailbox() []work {
	all := make([]int, len(u.ledger.refs))
	for i := range all {
		all[i] = i
	}
	return u.group(all)
}

// group sorts items by mailbox, the largest mailbox first: what takes longest
// should not begin last.
func (u *uploader) group(items []int) []work {
	at := map[string]int{}
	var all []work
	for _, n := range items {
		name := u.mailboxOf(n)
		i, ok := at[name]
		if !ok {
			i = len(all)
			at[name] = i
			all = append(all, work{mailbox: name})
		}
		all[i].items = append(all[i].items, n)
	}
	slices.SortStableFunc(all, func(a, b work) int {
		return cmp.Or(cmp.Compare(len(b.items), len(a.items)), cmp.Compare(a.mailbox, b.mailbox))
	})
	return all
}

func (u *uploader) mailboxOf(n int) string { return u.mailboxFor(u.ledger.refs[n].Folder) }

func (u *uploader) mailboxFor(folder int) string {
	return claim.MailboxName(u.job.Targets[folder].Mailbox)
}

// lanes is the work that no connection has taken yet.
type lanes struct {
	mu        sync.Mutex
	left      []work
	connected int // connections that are up
}

func (q *lanes) take() (work, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.left) == 0 {
		return work{}, false
	}
	w := q.left[0]
	q.left = q.left[1:]
	return w, true
}

func (q *lanes) giveBack(w work) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.left = append(q.left, w)
}

// count changes the number of connections that are up and gives the new one.
func (q *lanes) count(by int) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.connected += by
	return q.connected
}

// errRetired says that a connection was one too many for the server.
var errRetired = errors.New("the server allows no more connections")

// pass works through all mailboxes, several at a time.
func (u *uploader) pass(ctx context.Context, all []work, decide func(*lane, *job.Converted) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	u.queue.left = all
	var running sync.WaitGroup
	for range min(u.opt.Connections, len(all)) {
		running.Go(func() {
			l := newLane(u, decide)
			err := l.run(ctx)
			if err != nil && !errors.Is(err, errRetired) {
				stop(err)
			}
		})
	}
	running.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if len(u.queue.left) > 0 { // the last connection to be given up had taken them
		return u.pass(ctx, u.queue.left, decide)
	}
	return nil
}

// onControl runs fn alone on the job's own connection.
func (u *uploader) onControl(ctx context.Context, fn func(*imapconn.Conn) error) error {
	u.control.Lock()
	defer u.control.Unlock()
	return u.job.Do(ctx, fn)
}

// count decides about an item and tells how far the run is.
func (u *uploader) count(n int, it *job.Item, s report.State, category, reason string) {
	out := report.Item{State: s}
	if reason != "" {
		out = it.Describe(s, reason)
	}
	done := u.ledger.set(n, s, category, out)
	u.tell(u.ledger.refs[n].Folder, done, "")
}

func (u *uploader) tell(folder, done int, waiting string) {
	u.job.Tell(event.Progress{
		Stage: event.StageUpload, Folder: u.job.PathOf(folder), Waiting: waiting,
		Done: done, Total: len(u.ledger.refs), Bytes: u.bytes.Load(),
	})
}

// pause keeps all connections from sending for a while, because the server asks
// for it.
func (u *uploader) pause(d time.Duration, why string) {
	until := time.Now().Add(d).UnixNano()
	for old := u.pauseUntil.Load(); old < until; old = u.pauseUntil.Load() {
		if u.pauseUntil.CompareAndSwap(old, until) {
			u.job.Note(event.Info, fmt.Sprintf("the server asks for a pause of %v: %s", d.Round(time.Second), why))
			return
		}
	}
}
