//go:build !linux

package imaptest

import (
	"net"
	"testing"
)

// freePort finds a port that was free a moment ago; these systems do not let a server share one that is kept.
func freePort(t testing.TB) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := ln.Addr().(*net.TCPAddr).Port
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	return port
}
