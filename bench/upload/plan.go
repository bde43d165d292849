package main

import (
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest/line"
)

// Names of the contenders.
const (
	ours           = "pst2imap upload"
	rawBytes       = "bytes without IMAP"
	mbsync         = "mbsync"
	oneByOne       = "go-imap, one by one"
	rawClient      = "raw client"
	doveadm        = "doveadm import"
	rescued        = "pst2imap upload --rescue"
	rendered       = "our append path, rendered before"
	convertOnly    = "conversion alone"
	bareFetch      = "bare FETCH"
	bareMeta       = "bare FETCH with size and date"
	identify       = "identities alone"
	withJournal    = "pst2imap upload, journal"
	withoutJournal = "pst2imap upload, no journal"
)

// Titles of the contests.
const (
	slowLine      = "50 ms, 100 Mbit/s"
	fastLine      = "50 ms"
	loopback      = "loopback"
	present       = "all present"
	largeMessages = "large messages"
	maildir       = ", maildir"
)

// What is promised.
const (
	ofRawBytes          = 0.9
	ofMbsyncSlow        = 1.8
	ofMbsyncFast        = 4
	ofOneByOne          = 40
	ofRawClient         = 0.9
	ofDoveadm           = 0.8
	pipelineTimes       = 1.2
	withJournalTimes    = 1.5
	withoutJournalTimes = 1.2
	mostMB              = 200
)

// size is how large the comparison is.
type size struct {
	messages int
	bytes    string // of their data file, as mkpst has it
	present  int    // messages of the rerun
	presents string // bytes of their data file
	sample   int    // messages that are sent one by one
	rounds   int
	large    int64  // bytes of the largest message
	verify   int    // messages that are read back
	verifies string // bytes of their data file
}

var sizes = map[string]size{
	"small": {500, "35MB", 5_000, "40MB", 50, 2, 40 << 20, 1_000, "70MB"},
	"full":  {5_000, "346MB", 100_000, "700MB", 500, 5, 150 << 20, 10_000, "692MB"},
}

// Lines.
const roundTrip = 50 * time.Millisecond

var (
	limited   = line.Even(roundTrip/2, 100_000_000/8)
	unlimited = line.Even(roundTrip/2, 0)
)

// contests are all of them. Those over a line come last: they take by far the longest, and do not mind what else the machine
// does. Those with maildir have fewer rounds then: they ask whether it is all the same there.
func contests(r *rig) []contest {
	var near, far []contest
	for i, d := range []*dovecot{r.mdbox, r.maildir} {
		suffix, rounds := "", r.size.rounds
		if i > 0 {
			suffix, rounds = maildir, min(3, rounds)
		}
		near = append(near,
			contest{loopback + suffix, r.size.rounds, r.prepare, []contender{
				r.ours(d), r.raw(d), r.rendered(d), r.oursAgain(d), r.doveadm(d), r.convert(),
			}},
			contest{present + suffix, r.size.rounds, func() error { return r.fill(d) }, []contender{
				r.fetch(d, bareFetch, "fetch"), r.identify(), r.again(d, true), r.again(d, false),
			}})
		slow, fast := d.behind(limited), d.behind(unlimited)
		far = append(far,
			contest{fastLine + suffix, rounds, r.prepare, []contender{
				r.ours(fast), r.mbsync(fast, 3), r.oneByOne(fast),
			}},
			contest{slowLine + suffix, rounds, r.prepare, []contender{
				r.ours(slow), r.rawBytes(slow), r.mbsync(slow, 3-2*i),
			}})
	}
	near = append(near, contest{largeMessages, 1, nil, []contender{r.oursWith(r.mdbox, r.largeFile)}})
	return append(near, far...)
}

// goals are those of the contests that were held.
func (rs results) goals() []goal {
	var all []goal
	for _, suffix := range []string{"", maildir} {
		all = append(all,
			rs.speed(slowLine+suffix, ours, rawBytes, ofRawBytes),
			rs.speed(slowLine+suffix, ours, mbsync, ofMbsyncSlow),
			rs.speed(fastLine+suffix, ours, mbsync, ofMbsyncFast),
			rs.speed(fastLine+suffix, ours, oneByOne, ofOneByOne),
			rs.speed(loopback+suffix, rendered, rawClient, ofRawClient),
			rs.speed(loopback+suffix, rendered, doveadm, ofDoveadm),
			rs.speed(loopback+suffix, rescued, doveadm, ofDoveadm),
			rs.pipeline(loopback+suffix))
		all = append(all, rs.again(present+suffix)...)
	}
	return append(all, rs.memory())
}
