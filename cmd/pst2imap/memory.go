package main

import (
	"os"
	"runtime/debug"
)

// What is alive at a time while items are converted is a few megabytes, and most
// of what an item takes is gone when it is written. So the collector may wait
// for several times as much, up to a size that large items may pass.
const (
	gcPercent   = 400
	memoryLimit = 80 << 20
)

// tuneMemory sets up the collector, unless the environment does.
func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
