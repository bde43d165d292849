package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/imaptest/line"
)

// dovecot is a private server, near or at the far end of a line.
type dovecot struct {
	*imaptest.Server
	bed    *bed
	line   *line.Line         // nil when near
	users  *int               // accounts that were used
	filled map[string]*filled // accounts with everything present, by data file
	keeps  bool               // what was uploaded stays until the end
}

// mostUsers is how many accounts a server has: one for each run.
const mostUsers = 300

// folder holds what the server has, the accounts in "home".
func (d *dovecot) folder() string { return filepath.Dir(d.CAFile) }

func newDovecot(b *bed, opts ...imaptest.Option) *dovecot {
	names := make([]string, mostUsers)
	for i := range names {
		names[i] = userName(i)
	}
	return &dovecot{Server: imaptest.Dovecot(b, append(opts, imaptest.Users(names...))...), bed: b, users: new(int), filled: map[string]*filled{}}
}

func userName(n int) string { return fmt.Sprintf("user%d@example.org", n) }

// behind is the same server at the far end of a line.
func (d *dovecot) behind(o line.Options) *dovecot {
	far := *d
	far.Server, far.line = d.Line(d.bed, o)
	far.keeps = false
	return &far
}

// account is one that has no mail, to sign in without TLS: what is compared is not the ciphers.
type account struct {
	Host     string
	Port     int
	User     string
	Password string
}

func (d *dovecot) account() (account, error) {
	if *d.users == mostUsers {
		return account{}, fmt.Errorf("no account is left of %d", mostUsers)
	}
	a := account{d.Host, d.Port, userName(*d.users), d.Password}
	*d.users++
	return a, nil
}

func (a account) config() imapconn.Config {
	return imapconn.Config{Host: a.Host, Port: a.Port, Security: imapconn.None, User: a.User, Password: a.Password}
}

func (a account) addr() string { return net.JoinHostPort(a.Host, strconv.Itoa(a.Port)) }

// count is how many messages an account has, as the server itself says.
func (d *dovecot) count(a account) (n int) {
	for line := range strings.Lines(d.Doveadm(d.bed, "-f", "tab", "mailbox", "status", "-u", a.User, "messages", "*")) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if i, err := strconv.Atoi(fields[len(fields)-1]); err == nil {
			n += i
		}
	}
	return n
}

// forget removes an account's mail, which would fill the disk.
func (d *dovecot) forget(a account) error {
	if d.keeps {
		return nil
	}
	return os.RemoveAll(filepath.Join(d.folder(), "home", a.User))
}

// on measures what a contender does with an account of its own, and looks what has arrived.
func (d *dovecot) on(want *int, do func(account) (sample, error)) (sample, error) {
	a, err := d.account()
	if err != nil {
		return sample{}, err
	}
	before := d.processorTime()
	s, err := do(a)
	if err != nil {
		return s, err
	}
	s.server = d.processorTime() - before
	if s.count = d.count(a); s.count != *want {
		return s, fmt.Errorf("%d messages have arrived, not %d", s.count, *want)
	}
	return s, d.forget(a)
}

// settle is how long the server's workers have to end after their client has.
const settle = 50 * time.Millisecond

// processorTime is what the server and everything it has started has had so far; 0 where the system does not tell.
func (d *dovecot) processorTime() time.Duration {
	time.Sleep(settle)
	b, err := os.ReadFile(filepath.Join(d.folder(), "run", "master.pid"))
	if err != nil {
		return 0
	}
	root, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0
	}
	return treeTime(root)
}

// treeTime adds up the processor time of a process and those below it, ended ones included, from /proc.
func treeTime(root int) time.Duration {
	files, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is a good one
	parent, times := map[int]int{}, map[int]time.Duration{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		head, rest, _ := strings.Cut(string(b), " (")
		_, rest, _ = strings.Cut(rest[strings.LastIndexByte(rest, ')'):], " ")
		f := strings.Fields(rest)
		if len(f) < 15 {
			continue
		}
		pid, _ := strconv.Atoi(head)
		parent[pid], _ = strconv.Atoi(f[1])
		const perTick = time.Second / 100
		for _, s := range f[11:15] { // utime, stime, cutime, cstime
			n, _ := strconv.Atoi(s)
			times[pid] += time.Duration(n) * perTick
		}
	}
	sum := times[root]
	for pid := range parent {
		for p := parent[pid]; p != 0 && pid != root; p = parent[p] {
			if p == root {
				sum += times[pid]
				break
			}
		}
	}
	return sum
}
