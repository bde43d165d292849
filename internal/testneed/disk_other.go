//go:build !linux

package testneed

import "testing"

// SmallDisk is a folder on a disk of its own that has room for size bytes; tests make
// one on Linux only.
func SmallDisk(t testing.TB, _ int) string {
	t.Helper()
	t.Skip("a small disk is made on Linux only")
	return ""
}
