package awake

import (
	"os/exec"
	"runtime"
	"sync"

	"golang.org/x/sys/windows"
)

// Flags of SetThreadExecutionState (winbase.h).
const (
	esContinuous     = 0x80000000
	esSystemRequired = 0x00000001
)

var setThreadExecutionState = windows.NewLazySystemDLL("kernel32.dll").NewProc("SetThreadExecutionState")

// hold tells the system on a thread of its own, because the state belongs to the
// thread that asks and ends with it.
func hold() (func(), error) {
	if err := setThreadExecutionState.Find(); err != nil {
		return func() {}, err
	}
	end, ended, failed := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		defer close(ended)
		runtime.LockOSThread() // without unlocking: the thread ends with the goroutine
		if old, _, err := setThreadExecutionState.Call(esContinuous | esSystemRequired); old == 0 {
			failed <- err
			return
		}
		failed <- nil
		<-end
		_, _, _ = setThreadExecutionState.Call(esContinuous)
	}()
	if err := <-failed; err != nil {
		return func() {}, err
	}
	var once sync.Once
	return func() {
		once.Do(func() { close(end) })
		<-ended
	}, nil
}

// apart is for systems that need a program.
func apart(*exec.Cmd) {}
