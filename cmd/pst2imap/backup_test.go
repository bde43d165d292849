//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// interruptedBackup runs a backup and interrupts it when some of the copy is there. A
// file that was copied before that is followed by a larger one.
func interruptedBackup(t *testing.T) (dir string, said string) {
	t.Helper()
	for size := int64(64 << 20); size <= 1<<30; size *= 4 {
		dir := t.TempDir()
		file, err := os.Create(filepath.Join(dir, "mail.pst"))
		if err == nil {
			_, err = file.WriteString("!BDN")
		}
		if err = errors.Join(err, file.Truncate(size), file.Close()); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		cmd := exec.Command("pst2imap", "backup", file.Name(), "--to", filepath.Join(dir, "to"))
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		part := filepath.Join(dir, "to", "mail.pst.incomplete")
		for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
			if st, err := os.Stat(part); err == nil && st.Size() > 0 {
				break
			}
		}
		_ = cmd.Process.Signal(os.Interrupt) // it may have ended
		if err := cmd.Wait(); err != nil {
			if code := exitCode(t, err); code != exitInterrupted {
				t.Fatalf("exit code %d\n%s", code, out.String())
			}
			return dir, out.String()
		}
	}
	t.Fatal("no backup is slow enough to be interrupted")
	return "", ""
}

// Ctrl-C leaves no copy that is not one, and the same command completes it.
func TestBackupInterrupted(t *testing.T) {
	t.Parallel()
	dir, said := interruptedBackup(t)
	if !strings.HasSuffix(said, "pst2imap: interrupted\nhint: "+hintInterrupted+"\n") {
		t.Errorf("it said\n%s", said)
	}
	to := filepath.Join(dir, "to")
	if _, err := os.Stat(filepath.Join(to, "mail.pst")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a copy: %v", err)
	}
	for _, args := range [][]string{{"backup", filepath.Join(dir, "mail.pst"), "--to", to}, {"backup", "--verify", to}} {
		if out, err := exec.Command("pst2imap", args...).CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}
