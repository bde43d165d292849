package fsx

import (
	"errors"
	"math"
)

// ErrUnknown says that this system does not tell.
var ErrUnknown = errors.New("this system does not tell")

// Volume is what the system tells of the drive that a folder is on.
type Volume struct {
	ID      string // the same for folders of one volume of this computer
	Free    int64  // bytes that this user may still write
	MaxFile int64  // bytes that one file may have, math.MaxInt64 when that is not known to matter
	Format  string // name of the file system, when it tells
}

// maxFAT is the size of the largest file on a FAT volume, as many memory sticks
// have (FAT: File Size is a field of 32 bits).
const maxFAT = math.MaxUint32

// limit completes what the format means for a file's size.
func (v *Volume) limit(fat bool) {
	v.MaxFile = math.MaxInt64
	if fat {
		v.MaxFile = maxFAT
	}
}

// clip makes bytes of a system's number, which may be larger than any file.
func clip(n uint64) int64 { return int64(min(n, math.MaxInt64)) }
