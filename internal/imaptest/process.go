package imaptest

import (
	"bytes"
	"net"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// process is a server's program, which can be stopped and started again.
type process struct {
	name    string
	command func() *exec.Cmd
	ready   func(exited <-chan struct{}) error
	addrs   []string // where it listens

	log    logBuffer
	mu     sync.Mutex
	cmd    *exec.Cmd // nil when it does not run
	exited chan struct{}
}

// start runs the program and waits until it is ready.
func (p *process) start(t testing.TB) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		t.Fatalf("%s runs already", p.name)
	}
	cmd := p.command()
	cmd.Stdout, cmd.Stderr = &p.log, &p.log
	group(cmd)
	cmd.WaitDelay = 100 * time.Millisecond // workers hold the log open, and are killed after
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait() // how it ended is in the log
		close(exited)
	}()
	p.cmd, p.exited = cmd, exited
	if err := p.ready(exited); err != nil {
		t.Fatalf("%s does not start: %v\n%s", p.name, err, &p.log)
	}
}

// stop ends the program in good order; it need not run.
func (p *process) stop() { p.end(terminate) }

// kill ends the program as a crash would; it need not run.
func (p *process) kill() { p.end(killGroup) }

func (p *process) end(how func(*exec.Cmd, <-chan struct{})) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		how(p.cmd, p.exited)
		p.cmd = nil
		waitClosed(p.addrs)
	}
}

// waitClosed waits until nobody listens any more: killed workers hold a port for a moment.
func waitClosed(addrs []string) {
	for _, addr := range addrs {
		for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				break
			}
			_ = conn.Close() // it served its purpose
		}
	}
}

// logBuffer is a buffer that a process writes while a test reads it.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

// String returns what was written so far.
func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
