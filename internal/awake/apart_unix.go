//go:build unix

package awake

import (
	"os/exec"
	"syscall"
)

// apart starts the program in a session of its own: it neither hears Ctrl-C nor
// asks for a password at the terminal.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
