//go:build unix

package imaptest

import (
	"os/exec"
	"syscall"
	"time"
)

// group gives the server a process group of its own, so that its workers can be killed with it.
func group(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
}

// as makes the program run as another user.
func as(cmd *exec.Cmd, uid, gid int) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

// patience is how long a server may take to end in good order. Some wait for their clients, which wait for them.
const patience = 3 * time.Second

// terminate ends the server in good order, or not.
func terminate(cmd *exec.Cmd, exited <-chan struct{}) {
	_ = cmd.Process.Signal(syscall.SIGTERM) // fails when it has ended already
	select {
	case <-exited:
	case <-time.After(patience):
	}
	killGroup(cmd, exited)
}

// killGroup kills the server and its workers.
func killGroup(cmd *exec.Cmd, exited <-chan struct{}) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // fails when all have ended already
	<-exited
}
