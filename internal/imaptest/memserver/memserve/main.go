// Command memserve is the server in memory as a process of its own, for tests whose client is killed and whose server has to
// outlive it. It prints where it listens as one line of JSON and ends when its standard input does.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/pst2imap/pst2imap/internal/imaptest/memserver"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "memserve:", err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("memserve", flag.ContinueOnError)
	password := flags.String("password", "secret", "of every user")
	if err := flags.Parse(args); err != nil {
		return err
	}
	users := flags.Args()
	if len(users) == 0 {
		return fmt.Errorf("usage: memserve [-password P] USER…")
	}
	s, err := memserver.Start(users[0], *password)
	if err != nil {
		return err
	}
	defer s.Close()
	for _, user := range users[1:] {
		if err := s.AddUser(user, *password); err != nil {
			return err
		}
	}
	if err := json.NewEncoder(out).Encode(s.Where()); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, in)
	return err
}
