package main

import "runtime/debug"

// What a run needs at a time is what is converted ahead and under way, and what
// it remembers of each message. The collector lets the heap grow to twice what
// is in use as long as that stays below the sum of both; then it works harder.
const (
	memoryOfRun     = 112 << 20
	memoryOfMessage = 1 << 10
)

// boundMemory is for a job of so many messages. It is no hard limit.
func boundMemory(messages int) {
	debug.SetMemoryLimit(memoryOfRun + int64(messages)*memoryOfMessage)
}
