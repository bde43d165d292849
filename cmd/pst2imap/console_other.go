//go:build !windows

package main

import "os"

// escapes tells whether the terminal does what escape sequences say.
func escapes(_ *os.File, term string) bool { return term != "" }

// ownConsole tells whether the window closes with this program.
func ownConsole() bool { return false }
