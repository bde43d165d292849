package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// The contests of verification: everything is on the server, and nothing is changed there.

// Names of their contenders.
const (
	verifyFull  = "pst2imap verify"
	verifyIndex = "pst2imap verify --level index, journal"
	bareRead    = "bare FETCH of everything"
)

// Titles of their contests.
const (
	readBack    = "read back"
	readBackFar = "read back, 50 ms"
	byIndex     = "by index"
)

// What is promised of verification.
const (
	readBackTimes = 1.2
	byIndexTimes  = 1.5
	verifyMB      = 150
)

// verification are the contests.
func verification(r *rig) []contest {
	var all []contest
	for i, d := range []*dovecot{r.mdbox, r.maildir} {
		suffix, rounds := "", r.size.rounds
		if i > 0 {
			suffix, rounds = maildir, min(3, rounds)
		}
		far := d.behind(unlimited)
		for _, c := range []struct {
			title string
			at    *dovecot
		}{{readBack, d}, {readBackFar, far}} {
			all = append(all, contest{c.title + suffix, rounds, func() error { return r.fillWith(d, r.verifyFile) }, []contender{
				r.verify(verifyFull, c.at, r.verifyFile, "full"), r.readAll(c.at), r.convertFile(r.verifyFile),
			}})
		}
		all = append(all, contest{byIndex + suffix, rounds, func() error { return r.fillWith(d, r.presentFile) }, []contender{
			r.verify(verifyIndex, d, r.presentFile, "index"), r.fetch(d, bareMeta, "examine"),
		}})
	}
	return all
}

// verificationGoals are those of the contests that were held.
func (rs results) verificationGoals() []goal {
	var all []goal
	var most int64
	for _, suffix := range []string{"", maildir} {
		for _, title := range []string{readBack, readBackFar} {
			all = append(all, rs.readBack(title+suffix))
			if r, ok := rs.find(title+suffix, verifyFull); ok {
				most = max(most, r.rss)
			}
		}
		fetch, _ := rs.find(byIndex+suffix, bareMeta)
		all = append(all, rs.within(byIndex+suffix, verifyIndex, byIndexTimes, bareMeta, fetch.wall))
	}
	g := goal{text: fmt.Sprintf("no verification takes more than %d MB", verifyMB)}
	if most > 0 {
		g.got, g.met, g.judged = fmt.Sprintf("%d MB", most>>20), most <= verifyMB<<20, true
	}
	return append(all, g)
}

// readBack is the goal of reading everything back and comparing it: what its two halves cost by themselves, side by side.
func (rs results) readBack(title string) goal {
	return rs.within(title, verifyFull, readBackTimes, "reading and conversion side by side", rs.sideBySide(title, bareRead))
}

// verify runs the program on an account that has everything.
func (r *rig) verify(name string, d *dovecot, file, level string) contender {
	return contender{name: name, do: func() (sample, error) {
		f := d.filled[file]
		jobDir := f.job
		if level == "full" {
			jobDir = r.jobFolder() // as on another computer
		}
		return r.here(d, f, func() (sample, error) {
			cmd := exec.CommandContext(r.ctx, r.pst2imap, "verify", "--host", d.Host, "--port", strconv.Itoa(d.Port), "--tls", "none", //nolint:gosec // built here
				"--user", f.User, "--level", level, "--job-dir", jobDir, file)
			cmd.Env = append(os.Environ(), "PST2IMAP_PASSWORD="+f.Password, "XDG_DATA_HOME="+filepath.Join(r.temp, "data"))
			return measure(r.ctx, cmd)
		})
	}}
}

// readAll fetches every message of the account and does nothing with it.
func (r *rig) readAll(d *dovecot) contender {
	return contender{name: bareRead, do: func() (sample, error) {
		f := d.filled[r.verifyFile]
		return r.here(d, f, func() (sample, error) {
			a := f.account
			a.Host, a.Port = d.Host, d.Port
			did, err := r.work("read", task{account: a})
			return sample{wall: did.Wall, cpu: did.CPU, bytes: did.Bytes}, err
		})
	}}
}

// convertFile is the conversion to nowhere.
func (r *rig) convertFile(file string) contender {
	return contender{name: convertOnly, do: func() (sample, error) { return r.alone("convert", file) }}
}

// readAll is fetchIndex for whole messages. All commands are sent before the first answer is read.
func readAll(t task) (done, error) {
	return timed(func() (d done, err error) {
		c, err := newRaw(t.account)
		if err != nil {
			return d, err
		}
		names, err := c.list()
		if err != nil {
			return d, err
		}
		first := c.tags + 1
		var commands strings.Builder
		for _, name := range names {
			c.tags += 2
			fmt.Fprintf(&commands, "t%d EXAMINE %s\r\nt%d UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])\r\n", c.tags-1, name, c.tags)
		}
		if _, err := c.conn.Write([]byte(commands.String())); err != nil {
			return d, err
		}
		for tag := first; tag <= c.tags; tag++ {
			n, err := c.answer(tag)
			if err != nil {
				return d, err
			}
			d.Bytes += n
		}
		return d, c.leave()
	})
}
