//go:build unix

package main

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	netline "github.com/pst2imap/pst2imap/internal/imaptest/line"
	"github.com/pst2imap/pst2imap/internal/journal"
)

// uploading starts an upload over a slow line and waits until some of it is on the server.
func uploading(t *testing.T) (r *trial, cmd *exec.Cmd, said *bytes.Buffer) {
	t.Helper()
	c := &campaign{dir: t.TempDir()}
	r = &trial{t: t, dir: t.TempDir(), path: c.file(t, "small", smallFile()), server: imaptest.Dovecot(t)}
	r.far, r.line = r.server.Line(t, netline.Even(5*time.Millisecond, 400_000))
	cmd, said = r.command(), new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill() // the test has failed already
			_ = cmd.Wait()
		}
	})
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if up, _ := r.line.Carried(); up > 300_000 {
			return r, cmd, said
		}
		if time.Now().After(end) {
			t.Fatalf("nothing is sent:\n%s", said)
		}
	}
}

func exitCode(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("ended with %v", err)
	}
	return exit.ExitCode()
}

// The first interruption hears what becomes of what is under way: the journal leaves nothing open, and says all that is there.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	r, cmd, said := uploading(t)
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(t, cmd.Wait()); code != exitInterrupted || !strings.Contains(said.String(), "hint: run the same command again") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	past, err := journal.Read(r.jobDir())
	if err != nil || past.Torn != 0 || len(past.Open) != 0 {
		t.Errorf("journal: %v, %d torn lines, open %+v", err, past.Torn, past.Open)
	}
	n := 0
	for _, ids := range r.count() {
		n += len(ids)
	}
	if n == 0 || n != len(past.Entries) {
		t.Errorf("%d messages on the server, %d in the journal", n, len(past.Entries))
	}
	r.after()
	r.far = r.server
	if code := r.run(nil); code != exitOK || !strings.Contains(r.said, strconv.Itoa(n)+" present") {
		t.Errorf("again: exit code %d\n%s", code, r.said)
	}
}

// The second one does not wait for a server that is silent.
func TestInterruptedTwice(t *testing.T) {
	t.Parallel()
	r, cmd, said := uploading(t)
	r.line.Break(netline.Freeze)
	for range 2 {
		if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		time.Sleep(200 * time.Millisecond) // signals that come together count as one
	}
	start := time.Now()
	if code := exitCode(t, cmd.Wait()); code != exitInterrupted || time.Since(start) > 10*time.Second { // a silent server is waited for much longer
		t.Errorf("exit code %d after %v:\n%s", code, time.Since(start), said)
	}
	if !strings.HasSuffix(said.String(), "hint: "+hintInterrupted+"\n") {
		t.Errorf("it said\n%s", said)
	}
	r.after()
}

// A run that is killed and one with another job folder right after it: what was under way is waited for, and nothing is there
// twice.
func TestKilledThenAnotherJobFolder(t *testing.T) {
	t.Parallel()
	r, cmd, _ := uploading(t)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	second := r.command()
	second.Args = append(second.Args, "--job-dir", filepath.Join(r.dir, "other"))
	out, err := second.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "the run before this one was cut off; waiting") {
		t.Errorf("%v\n%s", err, out)
	}
	for mailbox, ids := range r.count() {
		if n := len(slices.Compact(slices.Clone(ids))); n != len(ids) {
			t.Errorf("%q has %d messages, %d different ones", mailbox, len(ids), n)
		}
	}
}

// A second run on the same account, from whatever file, is told who is at work.
func TestTwoRuns(t *testing.T) {
	t.Parallel()
	r, cmd, said := uploading(t)
	second := r.command()
	second.Args = append(second.Args, "--job-dir", filepath.Join(r.dir, "other"))
	out, err := second.CombinedOutput()
	want := "process " + strconv.Itoa(cmd.Process.Pid) + ", since "
	if code := exitCode(t, err); code != exitLocked || !strings.Contains(string(out), want) {
		t.Errorf("exit code %d, want the words %q in\n%s", code, want, out)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the first run: %v\n%s", err, said)
	}
}
