package testneed

import "os/exec"

// Bounded is a program that is ended when it has computed for a minute: other
// readers never end on some files. The bound is of the processor's time, so that
// a busy machine does not change what a test sees.
func Bounded(name string, args ...string) *exec.Cmd {
	return exec.Command("sh", append([]string{"-c", `ulimit -t 60 && exec "$0" "$@"`, name}, args...)...)
}
