//go:build unix

package main

import "syscall"

// noCoreDumps keeps the memory of this process, in which passwords are, out of files. It does what it can.
func noCoreDumps() {
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) // less is always allowed
	notDumpable()
}
