package main

import (
	"fmt"
	"io"
	"os"

	"github.com/pst2imap/pst2imap/bench"
)

// The files that are made.
var (
	input200MB = bench.Mailbox("mailbox-200MB.pst", "200MB", "3300")
	input2GB   = bench.Mailbox("mailbox-2GB.pst", "2GB", "33000")
	input20GB  = bench.Mailbox("mailbox-20GB.pst", "20GB", "1000000")
)

// Titles of the contests.
const (
	readSample  = "read enron.pst, 28 MB"
	read200MB   = "read 200 MB"
	read2GB     = "read 2 GB"
	read20GB    = "read 20 GB"
	list200MB   = "list the folders of 200 MB"
	list20GB    = "list the folders of 20 GB"
	locate200MB = "find all messages of 200 MB"
	locate20GB  = "find all messages of 20 GB"
)

// What is promised.
const (
	readTimes = 5   // as fast as the others
	listTimes = 20  // as fast as go-pst
	listMB    = 64  // resident
	readMB    = 100 // resident
	growthMB  = 15  // between files
)

// maker makes a file and tells where it is.
type maker func(bench.Input) (string, error)

// plan has the contests of a size and their results.
type plan func(readers, maker) (results, error)

var plans = map[string]plan{"small": small, "full": full}

func small(r readers, make maker) (results, error) {
	path, err := make(input200MB)
	if err != nil {
		return nil, err
	}
	return hold(os.Stderr,
		contest{readSample, "read", r.enron, 7, r.all()},
		contest{read200MB, "read", path, 5, r.all()},
		contest{list200MB, "folders", path, 5, r.all()},
		contest{locate200MB, "inventory", path, 3, []reader{r.ours}})
}

func full(r readers, make maker) (results, error) {
	big, err := make(input2GB)
	if err != nil {
		return nil, err
	}
	huge, err := make(input20GB)
	if err != nil {
		return nil, err
	}
	return hold(os.Stderr,
		contest{readSample, "read", r.enron, 11, r.all()},
		contest{read2GB, "read", big, 5, r.all()},
		contest{list20GB, "folders", huge, 5, []reader{r.ours, r.gopst}}, // pypff takes minutes
		contest{locate20GB, "inventory", huge, 3, []reader{r.ours}},
		contest{read20GB, "read", huge, 1, []reader{r.ours}})
}

func hold(log io.Writer, contests ...contest) (results, error) {
	var all results
	for i := range contests {
		rs, err := contests[i].run(log)
		if err != nil {
			return all, fmt.Errorf("%s: %w", contests[i].title, err)
		}
		all = append(all, rs...)
	}
	return all, nil
}

// goals are those of the contests that were held.
func (rs results) goals() []bench.Goal {
	all := []bench.Goal{rs.times(readSample, gopst, readTimes), rs.times(readSample, pypff, readTimes)}
	if _, ok := rs.find(read2GB, ours); !ok {
		return append(all, rs.times(read200MB, gopst, readTimes), rs.times(read200MB, pypff, readTimes),
			rs.megabytes(list200MB, listMB),
			rs.megabytes(read200MB, readMB), rs.apart(readSample, read200MB, growthMB))
	}
	return append(all, rs.times(read2GB, gopst, readTimes), rs.times(read2GB, pypff, readTimes),
		rs.times(list20GB, gopst, listTimes), rs.megabytes(list20GB, listMB),
		rs.megabytes(read2GB, readMB), rs.megabytes(read20GB, readMB), rs.apart(read2GB, read20GB, growthMB))
}
