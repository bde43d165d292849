//go:build !unix

package imaptest

import "os/exec"

func group(*exec.Cmd) {}

func as(*exec.Cmd, int, int) {}

func terminate(cmd *exec.Cmd, exited <-chan struct{}) { killGroup(cmd, exited) }

func killGroup(cmd *exec.Cmd, exited <-chan struct{}) {
	_ = cmd.Process.Kill() // fails when it has ended already
	<-exited
}
