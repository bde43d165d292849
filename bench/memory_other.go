//go:build !unix

package bench

import "os"

// PeakMemory is not known here, and what depends on it is not judged.
func PeakMemory(*os.ProcessState) int64 { return 0 }
