package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
)

// raw is a client that does nothing but speak: no checks, no deadlines, no understanding of what the server says beyond the
// tag of its answers. It is the fastest that we could think of.
type raw struct {
	conn net.Conn
	br   *bufio.Reader
	tags int
}

// quoted is a quoted string; the names here are ASCII.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func newRaw(a account) (*raw, error) {
	conn, err := net.Dial("tcp", a.addr())
	if err != nil {
		return nil, err
	}
	r := &raw{conn: conn, br: bufio.NewReaderSize(conn, 256<<10)}
	if _, err := r.br.ReadString('\n'); err != nil {
		return nil, err
	}
	err = r.do("LOGIN " + quoted(a.User) + " " + quoted(a.Password))
	return r, err
}

// do sends a command and waits for its answer.
func (r *raw) do(command string) error {
	if err := r.begin(command); err != nil {
		return err
	}
	_, err := r.answer(r.tags)
	return err
}

// leave ends the connection.
func (r *raw) leave() error { return errors.Join(r.do("LOGOUT"), r.conn.Close()) }

func (r *raw) begin(command string) error {
	r.tags++
	_, err := fmt.Fprintf(r.conn, "t%d %s\r\n", r.tags, command)
	return err
}

// answer reads up to the answer with the given number and counts the bytes before it.
func (r *raw) answer(n int) (read int64, err error) {
	tag := fmt.Sprintf("t%d ", n)
	for {
		line, err := r.br.ReadSlice('\n')
		read += int64(len(line))
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return read, err
		case strings.HasPrefix(string(line[:min(len(line), len(tag))]), tag):
			if !strings.HasPrefix(string(line[len(tag):]), "OK") {
				return read, fmt.Errorf("the server says %q", line)
			}
			return read, nil
		}
	}
}

// sendRaw sends messages that were rendered before by MULTIAPPEND with LITERAL+.
func sendRaw(t task) (done, error) {
	all, err := load(t.Store)
	if err != nil {
		return done{}, err
	}
	return timed(func() (done, error) {
		c, err := newRaw(t.account)
		if err != nil {
			return done{}, err
		}
		for _, b := range boxes(all) {
			if err := c.begin("CREATE " + quoted(b.name)); err != nil { // NO for those that are there
				return done{}, err
			}
		}
		if err := c.leave(); err != nil {
			return done{}, err
		}
		return atOnce(all, func() (func(box) error, func() error, error) {
			c, err := newRaw(t.account)
			if err != nil {
				return nil, nil, err
			}
			return c.sendAll, c.leave, nil
		})
	})
}

// sendAll sends the messages of one mailbox. The window is the system's own buffers.
func (r *raw) sendAll(b box) error {
	const mostBytes = 8 << 20
	first := r.tags + 1
	var reading sync.WaitGroup
	sent := make(chan int, len(b.messages))
	var failed error
	reading.Go(func() {
		for n := range sent {
			if _, err := r.answer(n); err != nil && failed == nil {
				failed = err
			}
		}
	})
	var err error
	for rest := b.messages; len(rest) > 0 && err == nil; {
		r.tags++
		command := net.Buffers{fmt.Appendf(nil, "t%d APPEND %s", r.tags, quoted(b.name))}
		size := int64(0)
		n := 0
		for ; n < len(rest) && n < batchMessages && (n == 0 || size+rest[n].Size <= mostBytes); n++ {
			m := rest[n]
			size += m.Size
			head := fmt.Appendf(nil, " (%s) \"%s\" {%d+}\r\n", strings.Join(m.Flags, " "), m.Date.UTC().Format("_2-Jan-2006 15:04:05 -0700"), m.Size)
			command = append(command, head, m.body)
		}
		command = append(command, []byte("\r\n"))
		rest = rest[n:]
		if _, err = command.WriteTo(r.conn); err == nil {
			sent <- r.tags
		}
	}
	close(sent)
	reading.Wait()
	if err = errors.Join(err, failed); err != nil {
		err = fmt.Errorf("append to %s from t%d on: %w", b.name, first, err)
	}
	return err
}

// fetchIndex asks for what an upload needs to know of every message of the account, and throws it away.
func fetchIndex(t task) (done, error) {
	return fetchAll(t, "(UID FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM X-PST2IMAP-ID)])")
}

// fetchIndexAndMeta is the same for what a verification by index compares.
func fetchIndexAndMeta(t task) (done, error) {
	return fetchAll(t, "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM X-PST2IMAP-ID)])")
}

func fetchAll(t task, items string) (done, error) {
	return timed(func() (d done, err error) {
		c, err := newRaw(t.account)
		if err != nil {
			return d, err
		}
		names, err := c.list()
		if err != nil {
			return d, err
		}
		for _, name := range names {
			if err := c.do("EXAMINE " + name); err != nil {
				return d, err
			}
			if err := c.begin("UID FETCH 1:* " + items); err != nil {
				return d, err
			}
			n, err := c.answer(c.tags)
			if err != nil {
				return d, err
			}
			d.Bytes += n
		}
		return d, c.leave()
	})
}

// list gives the names of all mailboxes as they are on the wire.
func (r *raw) list() (names []string, err error) {
	if err := r.begin(`LIST "" *`); err != nil {
		return nil, err
	}
	for {
		line, err := r.br.ReadString('\n')
		if err != nil {
			return nil, err
		}
		_, name, ok := strings.Cut(strings.TrimSpace(line), ` "/" `)
		if !ok {
			return names, nil
		}
		if !strings.Contains(strings.ToLower(line), `\noselect`) {
			names = append(names, name)
		}
	}
}

// discard reads a connection to its end and says so.
func discard(conn net.Conn) {
	defer conn.Close()
	_, _ = io.Copy(io.Discard, conn) // the sender counts
	_, _ = conn.Write([]byte("ok\n"))
}
