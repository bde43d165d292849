package imaptest

import (
	"encoding/binary"
	"io"
	"net"
	"os"
	"slices"
	"testing"
)

// saslauthd answers whether a password is right, in the protocol of Cyrus SASL's daemon of that name: the user, the password,
// the service and the realm, each behind its length, and an answer of the same kind.
func saslauthd(t testing.TB, socket string, s *Server) {
	t.Helper()
	ln, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(socket, 0o777); err != nil { // it is in a folder that only the mail user can enter
		t.Fatal(err)
	}
	serveAll(t, ln, func(conn net.Conn) {
		answer := "NO"
		if passwordIsRight(conn, s) {
			answer = "OK"
		}
		_, _ = conn.Write(append([]byte{0, byte(len(answer))}, answer...)) // the server notices when nothing comes
		_ = conn.Close()
	})
}

func passwordIsRight(conn net.Conn, s *Server) bool {
	var fields [4]string
	for i := range fields {
		var n uint16
		if binary.Read(conn, binary.BigEndian, &n) != nil {
			return false
		}
		b := make([]byte, n)
		if _, err := io.ReadFull(conn, b); err != nil {
			return false
		}
		fields[i] = string(b)
	}
	user := fields[0]
	if fields[3] != "" {
		user += "@" + fields[3]
	}
	return slices.Contains(s.users, user) && fields[1] == s.Password
}
