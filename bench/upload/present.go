package main

import (
	"context"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
)

// filled is an account that has all messages of a data file, and the journal of their upload.
type filled struct {
	account
	job string
}

// fill uploads the file of the rerun once.
func (r *rig) fill(d *dovecot) error {
	if d.filled != nil {
		return nil
	}
	a, err := d.account()
	if err != nil {
		return err
	}
	f := &filled{a, r.jobFolder()}
	if _, err := r.upload(a, r.presentFile, f.job); err != nil {
		return err
	}
	d.filled = f
	return nil
}

// again runs the upload once more. Without the journal it is as on another computer.
func (r *rig) again(d *dovecot, journal bool) contender {
	name := withoutJournal
	if journal {
		name = withJournal
	}
	return contender{name: name, do: func() (sample, error) {
		dir := d.filled.job
		if !journal {
			dir = r.jobFolder()
		}
		return r.present(d, func() (sample, error) { return r.upload(d.filled.account, r.presentFile, dir) })
	}}
}

// fetch reads what an index needs and does nothing with it.
func (r *rig) fetch(d *dovecot) contender {
	return contender{name: bareFetch, do: func() (sample, error) {
		return r.present(d, func() (sample, error) {
			did, err := r.work("fetch", task{account: d.filled.account})
			return sample{wall: did.Wall, cpu: did.CPU, bytes: did.Bytes}, err
		})
	}}
}

// present measures what the server does too, and looks that nothing has come.
func (r *rig) present(d *dovecot, do func() (sample, error)) (sample, error) {
	before := d.processorTime()
	s, err := do()
	if err != nil {
		return s, err
	}
	s.server = d.processorTime() - before
	s.count = d.count(d.filled.account)
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
