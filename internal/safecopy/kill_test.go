package safecopy

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// killVariable makes the test program a run that waits in the middle of a copy.
const killVariable = "PST2IMAP_TEST_SAFECOPY"

func TestMain(m *testing.M) {
	file := os.Getenv(killVariable)
	if file == "" {
		os.Exit(m.Run())
	}
	d := &faulty{writing: func(off int64, _ []byte) error {
		if off == 3*blockSize {
			_, _ = os.Stdout.WriteString("waiting\n") // the test sees when it does not come
			select {}
		}
		return nil
	}}
	_, _ = Copy(context.Background(), Options{Files: []string{file}, Dir: filepath.Join(filepath.Dir(file), "..", "to"), disk: d}) // it is killed
}

// A run that is killed leaves nothing that counts as a copy, no lock and what the next
// one goes on with.
func TestKilled(t *testing.T) {
	s := newScene(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killVariable+"="+s.file)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "waiting\n" {
		t.Fatalf("%q, %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	s.incomplete()
	d := &faulty{}
	s.complete(s.copy(context.Background(), d))
	if want := int64(sceneSize - 3*blockSize); d.wrote != want {
		t.Errorf("%d bytes were written to complete it, want %d", d.wrote, want)
	}
}
