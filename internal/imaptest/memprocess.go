package imaptest

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imaptest/memserver"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// MemoryProcess starts a server in memory as a process of its own, which shares neither processor time nor fate with the test;
// it ends with the test, or with the test's process however that ends. What it keeps is lost when it is stopped or killed, and
// it cannot be started again.
func MemoryProcess(t testing.TB, users ...string) *Server {
	t.Helper()
	users = append([]string{User}, users...)
	cmd := exec.Command(testneed.Tool(t, "go"), append([]string{"run", memserve, "-password", Password}, users...)...)
	group(cmd)
	in, err := cmd.StdinPipe() // it ends when this is closed
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &memoryProcess{cmd: cmd, in: in}
	t.Cleanup(p.stop)
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("memserve says nothing: %v", err)
	}
	var where memserver.Where
	if err := json.Unmarshal(line, &where); err != nil {
		t.Fatal(err)
	}
	s := &Server{Name: "memory", Host: where.Host, Port: where.Port, TLSPort: where.TLSPort, Pool: x509.NewCertPool(), Delim: "/",
		CAFile: filepath.Join(t.TempDir(), "ca.pem"), User: User, Password: Password, users: users, control: p}
	s.Pool.AppendCertsFromPEM([]byte(where.CertPEM))
	writeFile(t, s.CAFile, where.CertPEM)
	return s
}

// memserve is the program; the go command builds it once and keeps it.
const memserve = "github.com/pst2imap/pst2imap/internal/imaptest/memserver/memserve"

type memoryProcess struct {
	cmd  *exec.Cmd
	in   io.Closer
	once sync.Once
}

func (p *memoryProcess) start(t testing.TB) { t.Helper(); t.Fatal("what was in memory is lost") }

func (p *memoryProcess) stop() {
	p.once.Do(func() {
		_ = p.in.Close() // the last that it waits for
		_ = p.cmd.Wait() // how it ended does not matter any more
	})
}

func (p *memoryProcess) kill() {
	p.once.Do(func() {
		exited := make(chan struct{})
		go func() {
			_ = p.cmd.Wait()
			close(exited)
		}()
		killGroup(p.cmd, exited)
	})
}
