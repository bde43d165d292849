package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/pst2imap/pst2imap/pst"
)

// TestHeldOpen has the errors of a file that Outlook has open: on Windows only
// the numbers tell, whatever the language of the system.
func TestHeldOpen(t *testing.T) {
	opening := func(no int) error {
		return &fs.PathError{Op: "open", Path: "a.pst", Err: syscall.Errno(no)}
	}
	for _, tc := range []struct {
		goos string
		err  error
		want bool
	}{
		{"windows", opening(32), true},
		{"windows", opening(33), true},
		{"windows", fmt.Errorf("header: %w", opening(33)), true},
		{"windows", &pst.Error{Structure: "BTPAGE", Problem: "read error", Err: opening(33)}, true},
		{"windows", opening(2), false},
		{"linux", opening(32), false}, // a broken pipe
		{"darwin", opening(33), false},
		{"windows", errors.New("being used by another process"), false},
	} {
		if got := heldOpen(tc.goos, tc.err); got != tc.want {
			t.Errorf("%s, %v: %v, want %v", tc.goos, tc.err, got, tc.want)
		}
	}
}

// TestExplainInput has the code and the hint of each reason why a data file
// cannot be opened.
func TestExplainInput(t *testing.T) {
	for _, tc := range []struct {
		err  error
		code int
		text string
	}{
		{&fs.PathError{Op: "open", Path: "a.pst", Err: fs.ErrNotExist}, exitNoInput, "no such file"},
		{&fs.PathError{Op: "open", Path: "a.pst", Err: fs.ErrPermission}, exitNoInput, "close Outlook"},
		{&fs.PathError{Op: "read", Path: "a.pst", Err: errors.New("input/output error")}, exitNoInput, "another program"},
		{&pst.Error{Structure: "HEADER", Err: pst.ErrNotDataFile}, exitNotDataFile, ".pst or .ost"},
		{&pst.Error{Structure: "HEADER", Err: pst.ErrUnsupported}, exitNotDataFile, "Windows protects"},
		{&pst.Error{Structure: "BTPAGE", Problem: "lies outside the file"}, exitNotDataFile, "damaged"},
	} {
		var f *failure
		if err := explainInput("a.pst", tc.err); !errors.As(err, &f) {
			t.Fatalf("%v: %v", tc.err, err)
		}
		if f.code != tc.code || !strings.Contains(f.err.Error()+" "+f.hint, tc.text) || !strings.HasPrefix(f.err.Error(), "a.pst: ") {
			t.Errorf("%v: code %d, %q, hint %q", tc.err, f.code, f.err, f.hint)
		}
	}
}
