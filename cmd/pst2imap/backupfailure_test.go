package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/pst2imap/pst2imap/internal/safecopy"
	"github.com/pst2imap/pst2imap/internal/shadow"
)

// What goes wrong with a backup is said with its exit code and with what to do.
func TestExplainBackup(t *testing.T) {
	source := func(off int64, err error) error {
		return &safecopy.SourceError{Path: "a.pst", Offset: off, Err: err}
	}
	for _, tc := range []struct {
		err        error
		code       int
		text, hint string
	}{
		{&safecopy.RefusedError{Dir: "d", Why: "no"}, exitUsage, "d: no", "folder of its own"},
		{fmt.Errorf("d: %w", safecopy.ErrLocked), exitLocked, "another backup", "wait"},
		{fmt.Errorf("m: %w", safecopy.ErrManifest), exitNotDataFile, "not a manifest", "SHA256SUMS"},
		{&safecopy.RoomError{Dir: "d", Need: 3 << 30, Free: 1 << 20}, exitCannotWrite, "3.0 GiB are needed and 1.0 MiB are free", "--to"},
		{&safecopy.RoomError{Dir: "d", Name: "a.pst", Need: 5 << 30, Limit: 1<<32 - 1}, exitCannotWrite, "no file of 4 GiB or more, and a.pst has 5.0 GiB", "exFAT"},
		{&safecopy.MismatchError{Path: "p", Offset: 7}, exitCannotWrite, "differs from byte 7 on", "another drive"},
		{source(-1, safecopy.ErrInCloud), exitNoInput, "in the cloud", "Always keep on this device"},
		{source(-1, safecopy.ErrNotFile), exitNoInput, "no file", "ends in .pst"},
		{source(-1, safecopy.ErrChanged), exitNoInput, "changed while", "close Outlook"},
		{source(-1, fs.ErrNotExist), exitNoInput, "no such file", "is the path right"},
		{source(-1, fs.ErrPermission), exitNoInput, "permission", "close Outlook"},
		{source(4096, syscall.EIO), exitNotDataFile, "at byte 4096", "may be failing"},
		{shadow.ErrUnsupported, exitUsage, "Windows only", "leave --vss out"},
		{shadow.ErrNotElevated, exitUsage, "administrator", "Run as administrator"},
		{shadow.ErrNotLocal, exitUsage, "of this computer only", "close Outlook"},
		{&shadow.MakeError{Volume: "C:", Err: errors.New("no room")}, exitNoInput, "no shadow copy of C: could be made: no room", "close Outlook"},
	} {
		f := explain(context.Background(), tc.err)
		if f.code != tc.code || !strings.Contains(f.Error(), tc.text) || !strings.Contains(f.hint, tc.hint) {
			t.Errorf("%v: code %d, %q, hint %q", tc.err, f.code, f, f.hint)
		}
	}
}

// Of several errors the one that counts most decides.
func TestWorst(t *testing.T) {
	room := &safecopy.RoomError{}
	locked := fmt.Errorf("d: %w", safecopy.ErrLocked)
	if f := worst(context.Background(), []error{room, locked}); f == nil || f.code != exitLocked {
		t.Errorf("%v", f)
	}
	if f := worst(context.Background(), nil); f != nil {
		t.Errorf("nothing went wrong: %v", f)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if f := worst(ctx, []error{ctx.Err()}); f.code != exitInterrupted {
		t.Errorf("interrupted: %v", f)
	}
}
