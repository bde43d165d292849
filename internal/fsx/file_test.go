package fsx

import (
	"io/fs"
	"testing"
)

func TestIsFile(t *testing.T) {
	for mode, want := range map[fs.FileMode]bool{
		0o644:                            true,
		fs.ModeIrregular | 0o644:         true,
		fs.ModeDir | 0o755:               false,
		fs.ModeDir | fs.ModeIrregular:    false,
		fs.ModeNamedPipe:                 false,
		fs.ModeDevice:                    false,
		fs.ModeSymlink:                   false,
		fs.ModeSymlink | 0o777:           false,
		fs.ModeSetuid | fs.ModeExclusive: true,
	} {
		if got := IsFile(mode); got != want {
			t.Errorf("%v: %v", mode, got)
		}
	}
}
