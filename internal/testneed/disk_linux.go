package testneed

import (
	"fmt"
	"syscall"
	"testing"
)

// SmallDisk is a folder on a disk of its own that has room for size bytes. Where the
// system does not let the test make one, it is skipped, or fails when [NoSkip] is set.
func SmallDisk(t testing.TB, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		missing(t, "a small disk", "mounting one needs root: "+err.Error())
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}
