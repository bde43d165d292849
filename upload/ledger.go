package upload

import (
	"sync"

	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/report"
)

// ledger holds what became of each item until the end, so that the report has
// them in the order of the data files, whatever order they were sent in.
type ledger struct {
	refs []job.Ref

	mu      sync.Mutex
	states  []report.State // "" while nothing is decided
	details map[int]detail
	rules   map[string]int
	done    int
	failed  int
}

// detail is what the report says of an item that is no plain success.
type detail struct {
	item     report.Item
	category string
}

func newLedger(refs []job.Ref) *ledger {
	return &ledger{refs: refs, states: make([]report.State, len(refs)), details: map[int]detail{}, rules: map[string]int{}}
}

// set decides about an item, or decides anew.
func (l *ledger) set(n int, s report.State, category string, it report.Item) (done int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.states[n] == "" {
		l.done++
	}
	if s == report.Failed && l.states[n] != s {
		l.failed++
	}
	l.states[n] = s
	delete(l.details, n)
	if it.Reason != "" || category != "" {
		l.details[n] = detail{it, category}
	}
	return l.done
}

// present is set for several items that are there as they should be.
func (l *ledger) present(items []int) (done int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range items {
		if l.states[n] == "" {
			l.done++
		}
		l.states[n] = report.Present
	}
	return l.done
}

// get is what became of an item so far.
func (l *ledger) get(n int) (report.State, detail) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.states[n], l.details[n]
}

// undecided are those of the given items that nothing is known of.
func (l *ledger) undecided(items []int) []int {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []int
	for _, n := range items {
		if l.states[n] == "" {
			out = append(out, n)
		}
	}
	return out
}

// count is how many items are decided.
func (l *ledger) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.done
}

// failures is how many items have failed so far.
func (l *ledger) failures() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}

// warn counts what a conversion could not carry over.
func (l *ledger) warn(rule string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rules[rule]++
}

// report writes everything that is decided into a report.
func (l *ledger) report(rec *report.Recorder) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for n, s := range l.states {
		if s == "" {
			continue
		}
		d, ok := l.details[n]
		if !ok {
			d.item = report.Item{State: s}
		}
		rec.Item(l.refs[n].Folder, d.item, d.category)
	}
	for rule, n := range l.rules {
		for range n {
			rec.Warn(rule)
		}
	}
}

// onServer are the items that are there.
func (l *ledger) onServer() map[job.Ref]bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	there := make(map[job.Ref]bool, l.done)
	for n, s := range l.states {
		if s == report.Uploaded || s == report.Present {
			there[l.refs[n]] = true
		}
	}
	return there
}
