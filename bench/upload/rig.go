package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/pst2imap/pst2imap/internal/imaptest"
)

// rig is what the contests need: programs, data files and servers.
type rig struct {
	ctx             context.Context //nolint:containedctx // of the whole comparison
	size            size
	temp            string // for what is made now
	pst2imap, mkpst string // programs
	self            string // this one

	file, presentFile, largeFile, verifyFile string // data files
	mdbox, maildir                           *dovecot

	store    string // the messages of file, rendered
	messages int    // in it
	bytes    int64
	jobs     int // folders of jobs so far
}

// newRig builds the programs, makes the data files and starts the servers. dir is where the files stay; empty for nowhere.
func newRig(ctx context.Context, b *bed, s size, dir string) (*rig, error) {
	r := &rig{ctx: ctx, size: s, temp: b.TempDir()}
	if os.Getuid() == 0 { // doveadm reads from there as the mail's owner
		if err := os.Chmod(r.temp, 0o711); err != nil {
			return nil, err
		}
	}
	if dir == "" {
		dir = r.temp
	}
	var err error
	if r.self, err = os.Executable(); err != nil {
		return nil, err
	}
	for _, p := range []struct{ path, name, source string }{{"", "pst2imap", "./cmd/pst2imap"}, {"", "mkpst", "./internal/psttest/mkpst"}} {
		cmd := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(r.temp, p.name), p.source) //nolint:gosec // those above
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("build %s: %w", p.name, err)
		}
	}
	r.pst2imap, r.mkpst = filepath.Join(r.temp, "pst2imap"), filepath.Join(r.temp, "mkpst")
	if err := r.files(dir); err != nil {
		return nil, err
	}
	r.mdbox = newDovecot(b)
	r.maildir = newDovecot(b, imaptest.Maildir())
	r.maildir.keeps = true // ext4 makes files slowly for minutes after many were removed
	return r, nil
}

// files makes the data files that are not there.
func (r *rig) files(dir string) (err error) {
	mix := func(name, bytes string, messages int) string {
		path := filepath.Join(dir, fmt.Sprintf("%s-%s-%d.pst", name, bytes, messages))
		if err == nil {
			err = once(path, func(part string) error {
				return r.command(r.mkpst, "-size", bytes, "-messages", strconv.Itoa(messages), "-seed", "1", part).Run()
			})
		}
		return path
	}
	r.file = mix("mailbox", r.size.bytes, r.size.messages)
	r.presentFile = mix("present", r.size.presents, r.size.present)
	r.verifyFile = mix("verify", r.size.verifies, r.size.verify)
	r.largeFile = filepath.Join(dir, fmt.Sprintf("large-%d.pst", r.size.large))
	if err == nil {
		err = once(r.largeFile, func(part string) error { return writeLarge(part, r.size.large) })
	}
	return err
}

// once makes a file unless it is there.
func once(path string, write func(part string) error) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	part := path + ".part"
	_ = os.Remove(part) // of a run that was stopped
	if err := write(part); err != nil {
		return fmt.Errorf("making %s: %w", path, err)
	}
	return os.Rename(part, path)
}

func (r *rig) command(name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(r.ctx, name, args...) //nolint:gosec // the programs that are compared
	cmd.Stderr = os.Stderr
	return cmd
}

// prepare renders the messages of the data file once, for those contenders that do not convert.
func (r *rig) prepare() error {
	if r.store != "" {
		return nil
	}
	a, err := r.mdbox.account()
	if err != nil {
		return err
	}
	dir := filepath.Join(r.temp, "rendered")
	s, err := r.work("render", task{account: a, File: r.file, Store: dir})
	if err != nil {
		return err
	}
	if s.Count == 0 {
		return fmt.Errorf("%s has no messages", r.file)
	}
	r.store, r.messages, r.bytes = dir, s.Count, s.Bytes
	if os.Getuid() == 0 { // the mail's owner is another user
		return r.command("chmod", "-R", "a+rwX", dir).Run()
	}
	return nil
}

// connections is how many a client has: as many as pst2imap.
const connections = 4
