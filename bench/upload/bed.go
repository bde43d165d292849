package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// bed lets what is made for tests serve outside of one: package imaptest starts servers for whoever is a testing.TB.
type bed struct {
	testing.TB // nil: what it would do beyond the methods below is not called
	err        error
	cleanups   []func()
}

// onBed runs fn and cleans up after it, also where something in it has ended it.
func onBed(fn func(*bed) error) error {
	b := &bed{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer b.clean()
		b.note(fn(b))
	}()
	<-done
	return b.err
}

func (b *bed) note(err error) { b.err = errors.Join(b.err, err) }

func (b *bed) clean() {
	for _, fn := range slices.Backward(b.cleanups) {
		fn()
	}
}

// Helper does nothing.
func (b *bed) Helper() {}

// Cleanup keeps what is to be done at the end.
func (b *bed) Cleanup(fn func()) { b.cleanups = append(b.cleanups, fn) }

// Failed tells whether something went wrong.
func (b *bed) Failed() bool { return b.err != nil }

// Logf says what is worth knowing after a failure.
func (b *bed) Logf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// Errorf notes a failure.
func (b *bed) Errorf(format string, args ...any) { b.note(fmt.Errorf(format, args...)) } //nolint:err113 // of a test

// Fatalf ends the work.
func (b *bed) Fatalf(format string, args ...any) {
	b.Errorf(format, args...)
	runtime.Goexit()
}

// Fatal ends the work.
func (b *bed) Fatal(args ...any) { b.Fatalf("%s", strings.TrimSpace(fmt.Sprintln(args...))) }

// Skipf ends the work: what a test could do without is needed here.
func (b *bed) Skipf(format string, args ...any) { b.Fatalf(format, args...) }

// TempDir is a folder that is removed at the end.
func (b *bed) TempDir() string {
	dir, err := os.MkdirTemp("", "pst2imap-bench")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(dir) }) // it is in the system's folder for such
	return dir
}
