package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/pst2imap/pst2imap/internal/safecopy"
	"github.com/pst2imap/pst2imap/internal/shadow"
)

// backupOrder has the exit codes that a backup can end with, those that count most
// first (docs/exit-codes.md).
var backupOrder = []int{exitInternal, exitInterrupted, exitLocked, exitUsage, exitNoInput, exitNotDataFile, exitCannotWrite}

// worst explains that one of several errors which decides about the exit code; nil
// when there is none.
func worst(ctx context.Context, errs []error) *failure {
	var all []*failure
	for _, err := range errs {
		all = append(all, explain(ctx, err))
	}
	if len(all) == 0 {
		return nil
	}
	return slices.MinFunc(all, func(a, b *failure) int {
		return slices.Index(backupOrder, a.code) - slices.Index(backupOrder, b.code)
	})
}

// explainBackup is explain for what can go wrong with a backup; nil for other errors.
func explainBackup(err error) *failure {
	var refused *safecopy.RefusedError
	var room *safecopy.RoomError
	var source *safecopy.SourceError
	var differs *safecopy.MismatchError
	switch {
	case errors.As(err, &refused):
		return &failure{exitUsage, err, "give a folder of its own with --to, best on another drive"}
	case errors.Is(err, safecopy.ErrLocked):
		return &failure{exitLocked, err, "wait for it to end"}
	case errors.Is(err, safecopy.ErrManifest):
		return &failure{exitNotDataFile, err, "the copies may be right all the same: compare them with " + safecopy.SumsName + ", and back up to another folder"}
	case errors.As(err, &room):
		return explainRoom(room)
	case errors.As(err, &source):
		return explainSource(source)
	case errors.As(err, &differs):
		return &failure{exitCannotWrite, err, "the drive, its cable or the computer's memory writes wrong bytes: back up to another drive"}
	}
	return explainShadow(err)
}

func explainRoom(e *safecopy.RoomError) *failure {
	if e.Limit > 0 {
		return &failure{exitCannotWrite, fmt.Errorf("%s: the drive takes no file of 4 GiB or more, and %s has %s", e.Dir, e.Name, byteSize(e.Need)),
			"it is formatted as FAT: choose another drive with --to, or format it as exFAT or NTFS, which erases it"}
	}
	return &failure{exitCannotWrite, fmt.Errorf("%s: not enough room: %s are needed and %s are free", e.Dir, byteSize(e.Need), byteSize(e.Free)),
		"make room or choose another drive with --to; the same command goes on where it stopped"}
}

// explainSource says what to do about a file that cannot be copied.
func explainSource(e *safecopy.SourceError) *failure {
	name := filepath.Base(e.Path)
	switch {
	case errors.Is(e, safecopy.ErrNotFile):
		return &failure{exitNoInput, e, "name the data file itself: it ends in .pst or .ost"}
	case errors.Is(e, safecopy.ErrInCloud):
		return &failure{exitNoInput, e, "in the Explorer, choose \"Always keep on this device\" for " + name + ", wait until it is here and try again"}
	case errors.Is(e, safecopy.ErrChanged):
		return &failure{exitNoInput, e, "close Outlook and whatever else works on the file and run the same command again, or add --vss on Windows"}
	case e.Offset >= 0 && !heldOpen(runtime.GOOS, e):
		return &failure{exitNotDataFile, e, "the drive may be failing: copy what is important from it first; the same command goes on where it stopped"}
	}
	return explainInput(e.Path, e.Err)
}

// explainShadow is explain for shadow copies; nil for other errors.
func explainShadow(err error) *failure {
	switch {
	case errors.Is(err, shadow.ErrUnsupported):
		return &failure{exitUsage, err, "leave --vss out and close whatever has the file open"}
	case errors.Is(err, shadow.ErrNotElevated):
		return &failure{exitUsage, err, "open the terminal with \"Run as administrator\" and try again, or close Outlook and leave --vss out"}
	case errors.Is(err, shadow.ErrNotLocal):
		return &failure{exitUsage, err, "close Outlook and leave --vss out"}
	case errors.As(err, new(*shadow.MakeError)):
		return &failure{exitNoInput, err, "close Outlook and leave --vss out"}
	}
	return nil
}
