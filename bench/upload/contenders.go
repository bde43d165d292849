package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/pst2imap/pst2imap/internal/rescue"
)

// ours is the whole program, from the data file on.
func (r *rig) ours(d *dovecot) contender { return r.oursWith(d, r.file) }

func (r *rig) oursWith(d *dovecot, file string) contender {
	return contender{name: ours, do: func() (sample, error) {
		want, err := messagesOf(file)
		if err != nil {
			return sample{}, err
		}
		s, err := d.on(&want, func(a account) (sample, error) { return r.upload(a, r.jobFolder(), file) })
		s.bytes = r.bytes
		if file != r.file {
			s.bytes = 0
		}
		return s, err
	}}
}

// jobFolder is a new one.
func (r *rig) jobFolder() string {
	r.jobs++
	return filepath.Join(r.temp, fmt.Sprintf("job%d", r.jobs))
}

// oursAgain is the whole program with messages that need no conversion: those of a rescue folder. An upload takes out of the
// folder what has arrived, so it has a copy of its own each time.
func (r *rig) oursAgain(d *dovecot) contender {
	return contender{name: rescued, do: func() (sample, error) {
		s, err := d.on(&r.messages, func(a account) (sample, error) {
			dir := r.jobFolder()
			from, copied := filepath.Join(r.store, asRescue), filepath.Join(dir, "from")
			err := errors.Join(os.MkdirAll(dir, 0o700),
				r.command("cp", "-al", from, copied).Run(),
				r.command("cp", "--remove-destination", filepath.Join(from, rescue.IndexName), copied).Run())
			if err != nil {
				return sample{}, err
			}
			s, err := r.upload(a, filepath.Join(dir, "job"), "--rescue", copied)
			return s, errors.Join(err, os.RemoveAll(dir))
		})
		s.bytes = r.bytes
		return s, err
	}}
}

// upload starts the program with what is to be uploaded.
func (r *rig) upload(a account, jobDir string, what ...string) (sample, error) {
	args := []string{
		"upload", "--pop-is-off", "--host", a.Host, "--port", strconv.Itoa(a.Port), "--tls", "none",
		"--user", a.User, "--connections", strconv.Itoa(connections), "--job-dir", jobDir,
	}
	cmd := exec.CommandContext(r.ctx, r.pst2imap, append(args, what...)...) //nolint:gosec // built here
	cmd.Env = append(os.Environ(), "PST2IMAP_PASSWORD="+a.Password, "XDG_DATA_HOME="+filepath.Join(r.temp, "data"))
	return measure(r.ctx, cmd)
}

// worked makes a contender of a task of this program with an account.
func (r *rig) worked(name, work string, d *dovecot, want *int, more task) func() (sample, error) {
	return func() (sample, error) {
		s, err := d.on(want, func(a account) (sample, error) {
			t := more
			t.account, t.File, t.Store = a, r.file, r.store
			did, err := r.work(work, t)
			return sample{wall: did.Wall, cpu: did.CPU, bytes: did.Bytes}, err
		})
		if err != nil {
			err = fmt.Errorf("%s: %w", name, err)
		}
		return s, err
	}
}

func (r *rig) raw(d *dovecot) contender {
	return contender{name: rawClient, do: r.worked(rawClient, "raw", d, &r.messages, task{})}
}

func (r *rig) rendered(d *dovecot) contender {
	return contender{name: rendered, do: r.worked(rendered, "rendered", d, &r.messages, task{})}
}

func (r *rig) oneByOne(d *dovecot) contender {
	return contender{name: oneByOne, most: 1, times: float64(r.size.messages) / float64(r.size.sample),
		do: r.worked(oneByOne, "onebyone", d, &r.size.sample, task{Sample: r.size.sample})}
}

// convert is the conversion to nowhere.
func (r *rig) convert() contender {
	return contender{name: convertOnly, do: func() (sample, error) { return r.alone("convert", r.file) }}
}

func (r *rig) identify() contender {
	return contender{name: identify, do: func() (sample, error) { return r.alone("identify", r.presentFile) }}
}

func (r *rig) alone(work, file string) (sample, error) {
	did, err := r.work(work, task{File: file})
	return sample{wall: did.Wall, cpu: did.CPU, count: did.Count, bytes: did.Bytes}, err
}

// rawBytes pushes as many bytes as the messages have through the line, without any protocol.
func (r *rig) rawBytes(d *dovecot) contender {
	return contender{name: rawBytes, do: func() (s sample, err error) {
		sink, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return s, err
		}
		defer func() { err = errors.Join(err, sink.Close()) }()
		go func() {
			for {
				conn, err := sink.Accept()
				if err != nil {
					return // closed
				}
				go discard(conn)
			}
		}()
		port, err := d.line.Listen(sink.Addr().String())
		if err != nil {
			return s, err
		}
		start := time.Now()
		err = push(port, r.bytes)
		return sample{wall: time.Since(start), bytes: r.bytes}, err
	}}
}

func push(port int, n int64) error {
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := io.CopyN(conn, zeros{}, n); err != nil {
		return err
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		return err
	}
	_, err = io.ReadFull(conn, make([]byte, 3))
	return err
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// doveadm lets the server import a Maildir by itself, without IMAP.
func (r *rig) doveadm(d *dovecot) contender {
	return contender{name: doveadm, do: func() (sample, error) {
		s, err := d.on(&r.messages, func(a account) (sample, error) {
			from := "maildir:" + filepath.Join(r.store, asMaildir) + ":LAYOUT=fs:INBOX=" + filepath.Join(r.store, asMaildir, "INBOX")
			cmd := r.command("doveadm", "-c", filepath.Join(d.folder(), "dovecot.conf"), "import", "-u", a.User, from, "", "ALL")
			cmd.Stderr = nil
			return measure(r.ctx, cmd)
		})
		s.bytes = r.bytes
		return s, err
	}}
}

// mbsyncConfig is for mbsync: account, data, state.
const mbsyncConfig = `FSync no

IMAPAccount far
Host %s
Port %d
User %s
PassCmd "cat %s"
SSLType None
AuthMechs LOGIN

IMAPStore far
Account far

MaildirStore near
Path %s/
Inbox %s/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Far
Sync Push
SyncState %s/
CopyArrivalDate yes
`

// mbsync uploads a Maildir, by a new copy each time: it changes the names of the files.
func (r *rig) mbsync(d *dovecot, most int) contender {
	return contender{name: mbsync, most: most, do: func() (sample, error) {
		s, err := d.on(&r.messages, func(a account) (sample, error) {
			dir := r.jobFolder()
			copied, state, secret := filepath.Join(dir, "mail"), filepath.Join(dir, "state"), filepath.Join(dir, "secret")
			config := fmt.Sprintf(mbsyncConfig, a.Host, a.Port, a.User, secret, copied, copied, state)
			err := errors.Join(os.MkdirAll(state, 0o700),
				os.WriteFile(secret, []byte(a.Password), 0o600),
				os.WriteFile(filepath.Join(dir, "mbsyncrc"), []byte(config), 0o600),
				r.command("cp", "-al", filepath.Join(r.store, asMaildir), copied).Run())
			if err != nil {
				return sample{}, err
			}
			cmd := r.command("mbsync", "-q", "-c", filepath.Join(dir, "mbsyncrc"), "all")
			cmd.Stderr = nil
			s, err := measure(r.ctx, cmd)
			return s, errors.Join(err, os.RemoveAll(dir))
		})
		s.bytes = r.bytes
		return s, err
	}}
}
