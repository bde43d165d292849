//go:build unix

package testneed

import (
	"syscall"
	"time"
)

// ProcessorTime is what this process has had so far. A bound of it does not depend
// on what else the machine does, as one of the clock's time would.
func ProcessorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
