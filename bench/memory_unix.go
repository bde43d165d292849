//go:build unix

package bench

import (
	"os"
	"runtime"
	"syscall"
)

// PeakMemory is the most memory that a process had resident, in bytes.
func PeakMemory(p *os.ProcessState) int64 {
	u, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	n := int64(u.Maxrss) //nolint:unconvert // 32 bits on some systems
	if runtime.GOOS == "darwin" {
		return n
	}
	return n << 10
}
