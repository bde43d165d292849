// Command mkpst writes a large data file of invented mail, for measurements.
//
//	go run ./internal/psttest/mkpst --size 20GB --messages 1000000 big.pst
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/pst2imap/pst2imap/internal/psttest"
)

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "mkpst:", err)
		os.Exit(1)
	}
}

func run(args []string, usage io.Writer) error {
	f := flag.NewFlagSet("mkpst", flag.ContinueOnError)
	f.SetOutput(usage)
	size := f.String("size", "1GB", "size of the file: a number with KB, MB, GB (powers of 1000) or KiB, MiB, GiB")
	messages := f.Int("messages", 0, "number of messages; one for each 60 KB when 0")
	encryption := f.String("encryption", "permute", "encoding of the data blocks: none or permute")
	attachment := f.String("attachment", "", "write one message with a file of this size instead of a mailbox")
	seed := f.Uint64("seed", 1, "the same seed gives the same file")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() != 1 {
		return errors.New("name one file to write")
	}
	method, ok := map[string]byte{"none": psttest.EncryptNone, "permute": psttest.EncryptPermute}[*encryption]
	if !ok {
		return fmt.Errorf("unknown encryption %q", *encryption)
	}
	o := psttest.Options{Encryption: method}
	if *attachment != "" {
		bytes, err := parseSize(*attachment)
		if err != nil {
			return err
		}
		return write(f.Arg(0), o, func(w *psttest.Writer) error { return single(w, bytes) })
	}
	bytes, err := parseSize(*size)
	if err != nil {
		return err
	}
	if *messages == 0 {
		*messages = int(max(bytes/60_000, 1))
	}
	mix := psttest.MixOptions{Size: bytes, Messages: *messages, Seed: *seed}
	return write(f.Arg(0), o, func(w *psttest.Writer) error { return psttest.Mix(w, mix) })
}

// single is a mailbox with one message that has one attachment.
func single(w *psttest.Writer, size int64) error {
	a := psttest.ByValue("large.bin", "application/octet-stream", nil)
	a.Data, a.Source = nil, io.LimitReader(new(pattern), size)
	m := psttest.Mail("Large", "ann@example.org", "bob@example.org", "See the file.").Attach(a)
	tree := &psttest.Tree{Folders: []psttest.Folder{{Name: "Inbox", Role: psttest.RoleInbox, Messages: []*psttest.Message{m}}}}
	return tree.Write(w)
}

// pattern is an endless stream of bytes.
type pattern struct{ n byte }

func (p *pattern) Read(b []byte) (int, error) {
	for i := range b {
		p.n++
		b[i] = p.n
	}
	return len(b), nil
}

// write makes the file. One that could not be completed is removed.
func write(name string, o psttest.Options, fill func(*psttest.Writer) error) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w, err := psttest.NewWriter(file, o)
	if err == nil {
		err = fill(w)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

// parseSize reads a number of bytes such as "20GB" or "512KiB".
func parseSize(s string) (int64, error) {
	unit := 1.0
	number := s
	for i, prefix := range []string{"K", "M", "G"} {
		if n, ok := strings.CutSuffix(s, prefix+"B"); ok {
			number, unit = n, math.Pow(1000, float64(i+1))
		} else if n, ok := strings.CutSuffix(s, prefix+"iB"); ok {
			number, unit = n, math.Pow(1024, float64(i+1))
		}
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !(n > 0) || n*unit > 1<<50 {
		return 0, fmt.Errorf("%q is no size", s)
	}
	return int64(n * unit), nil
}
