package main

import (
	"os"
	"runtime/debug"
)

// What is alive at a time while items are converted is a few megabytes, and most
// of what an item takes is gone when it is written. So the collector may wait
// for several times as much, up to a size that large items may pass. An upload
// also has the room for what is under way: half as much again is enough, for memory
// that is touched for the first time can be dearer than the collector. What it
// remembers of each message is another matter, since the collector looks at all of it
// each time.
const (
	gcPercent         = 400
	gcPercentOfUpload = 50 // one more for each of so many messages:
	messagesOfPercent = 1000
	memoryLimit       = 80 << 20
	memoryOfUpload    = 96 << 20 // at least leastOfUpload
	leastOfUpload     = 130 << 20
	memoryOfMessage   = 700 // for each message
	memoryOfVerify    = 512 // for each message
)

// tuneMemory sets up the collector, unless the environment does.
func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	limitMemory(memoryLimit)
}

// boundMemory is for a job of so many messages, whose memory grows with them: the
// collector waits for less than otherwise.
func boundMemory(messages int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(min(gcPercentOfUpload+messages/messagesOfPercent, gcPercent))
	}
	limitMemory(max(leastOfUpload, memoryOfUpload+int64(messages)*memoryOfMessage))
}

// roomFor is for a verification of so many messages: hashes, flags and dates stay,
// and all else is soon garbage.
func roomFor(messages int) { limitMemory(memoryLimit + int64(messages)*memoryOfVerify) }

// limitMemory is no hard limit: near it the collector works harder.
func limitMemory(bytes int64) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(bytes)
	}
}
