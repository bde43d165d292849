package main

import (
	"context"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// filled is an account that has all messages of a data file, and the journal of their upload.
type filled struct {
	account
	job string
}

// fill uploads the file of the rerun once.
func (r *rig) fill(d *dovecot) error { return r.fillWith(d, r.presentFile) }

// fillWith uploads a data file once.
func (r *rig) fillWith(d *dovecot, file string) error {
	if d.filled[file] != nil {
		return nil
	}
	a, err := d.account()
	if err != nil {
		return err
	}
	f := &filled{a, r.jobFolder()}
	if _, err := r.upload(a, f.job, file); err != nil {
		return err
	}
	// Who asks first has the server make its cache: nobody who is measured should be that.
	if _, err := r.work("examine", task{account: a}); err != nil {
		return err
	}
	d.filled[file] = f
	return nil
}

// again runs the upload once more. Without the journal it is as on another computer.
func (r *rig) again(d *dovecot, journal bool) contender {
	name := withoutJournal
	if journal {
		name = withJournal
	}
	return contender{name: name, do: func() (sample, error) {
		f := d.filled[r.presentFile]
		dir := f.job
		if !journal {
			dir = r.jobFolder()
		}
		return r.here(d, f, func() (sample, error) { return r.upload(f.account, dir, r.presentFile) })
	}}
}

// fetch reads what an index needs and does nothing with it.
func (r *rig) fetch(d *dovecot, name, work string) contender {
	return contender{name: name, do: func() (sample, error) {
		f := d.filled[r.presentFile]
		return r.here(d, f, func() (sample, error) {
			did, err := r.work(work, task{account: f.account})
			return sample{wall: did.Wall, cpu: did.CPU, bytes: did.Bytes}, err
		})
	}}
}

// here measures what the server does too, with the line to it, and counts what the account has.
func (r *rig) here(d *dovecot, f *filled, do func() (sample, error)) (sample, error) {
	before, line := d.processorTime(), testneed.ProcessorTime()
	s, err := do()
	if err != nil {
		return s, err
	}
	line = testneed.ProcessorTime() - line
	s.server = d.processorTime() - before
	if d.line != nil {
		s.server += line
	}
	s.count = d.count(f.account)
	return s, nil
}

// messagesOf is how many messages a data file says it has.
func messagesOf(path string) (int, error) {
	j, err := job.Open(context.Background(), []string{path}, job.SourceOptions{}, event.Discard{})
	if err != nil {
		return 0, err
	}
	defer j.Close()
	return j.Messages(), nil
}
