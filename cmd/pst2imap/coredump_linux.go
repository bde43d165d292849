package main

import "golang.org/x/sys/unix"

// notDumpable is for what the limit does not bind: programs that core dumps are piped to. It also closes /proc/PID/environ, which has
// the environment as it was at the start, to other processes of the same user.
func notDumpable() {
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) // an old kernel goes on without
}
