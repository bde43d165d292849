//go:build !linux

package spool

// inLargePages asks for large pages; other systems decide for themselves.
func inLargePages([]byte) {}
