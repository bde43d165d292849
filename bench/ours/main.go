// Command ours reads a data file with package pst and prints what it has read:
// this project's side of the comparison with other readers.
//
//	ours read|convert|folders|inventory FILE
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/pst2imap/pst2imap/bench"
)

// What is alive at a time while items are read is a few megabytes, so that the
// collector may wait for five times as much, up to a size that is the same for
// every file.
const (
	gcPercent   = 500
	memoryLimit = 48 << 20
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: ours read|convert|folders|inventory FILE")
		os.Exit(64)
	}
	c, err := run(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "ours:", err)
		os.Exit(1)
	}
	fmt.Println(c)
}

func run(work, path string) (bench.Counts, error) {
	switch work {
	case "read":
		debug.SetGCPercent(gcPercent)
		debug.SetMemoryLimit(memoryLimit)
		return bench.Read(path, runtime.GOMAXPROCS(0))
	case "convert":
		debug.SetGCPercent(gcPercent)
		debug.SetMemoryLimit(memoryLimit)
		return bench.Convert(path)
	case "folders":
		return bench.Folders(path)
	case "inventory":
		return bench.Inventory(path)
	}
	return bench.Counts{}, fmt.Errorf("unknown work %q", work)
}
