//go:build !unix

package main

import "os"

// peakMemory is not known here, and what depends on it is not judged.
func peakMemory(*os.ProcessState) int64 { return 0 }
