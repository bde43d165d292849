//go:build unix && !linux

package main

// notDumpable has nothing to do: the limit binds.
func notDumpable() {}
