package fsx

import "io/fs"

// IsFile tells whether there is a file with contents to read: a regular one, or
// one that Windows keeps in its own way, as OneDrive and deduplication do. Package
// os calls those irregular.
func IsFile(mode fs.FileMode) bool { return mode.Type()&^fs.ModeIrregular == 0 }
