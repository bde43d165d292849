// Package awake keeps the computer from going to sleep while a long run is under
// way. It is a favour, not a promise: where the system does not let it, the run goes
// on all the same, and one that sleep interrupted goes on afterwards.
//
// What holds the computer awake ends with the process, however that ends.
package awake

import (
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
)

// Hold keeps the computer awake until release is called, which may be done more
// than once. The screen may go dark, and closing the lid still means sleep.
func Hold() (release func(), err error) { return hold() }

// holdWith runs a program that holds the computer awake as long as its input is
// open: it ends with release, and with this process, whose end closes the input.
func holdWith(name string, args ...string) (release func(), err error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return func() {}, err
	}
	cmd := exec.Command(path, args...) //nolint:gosec // the names are constants
	cmd.Env = environment()
	apart(cmd)
	end := make(chan func(), 1)
	go func() { end <- start(cmd) }() // which takes its time, and nobody waits for it
	return sync.OnceFunc(func() { (<-end)() }), nil
}

// start starts a program and gives what ends it. One that cannot be started holds
// nothing, which is no promise broken.
func start(cmd *exec.Cmd) (end func()) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return func() {}
	}
	if err := cmd.Start(); err != nil {
		return func() {} // it has closed the pipe
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // how it ends says nothing about the run
	}()
	return func() { closeAndWait(in, ended) }
}

func closeAndWait(in io.Closer, ended <-chan struct{}) {
	_ = in.Close() // it is only the end that matters
	<-ended
}

// environment has what such programs need and nothing else, so no secret either.
func environment() []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "XDG_RUNTIME_DIR"} {
		if value, ok := os.LookupEnv(name); ok && !strings.ContainsRune(value, 0) {
			env = append(env, name+"="+value)
		}
	}
	return env
}
