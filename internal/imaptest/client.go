package imaptest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Client is a minimal IMAP client over plain text: it knows lines and literals and nothing else. Mailbox names are as on the
// wire, in modified UTF-7. Every failure ends the test.
type Client struct {
	t    testing.TB
	conn net.Conn
	br   *bufio.Reader
	tags int
}

// Message is a message as a [Client] finds it.
type Message struct {
	UID   int
	Flags string // as the server writes them, without the brackets and \Recent, which is nobody's flag
	Date  string // INTERNALDATE as the server writes it
	Body  string
}

// Client signs in to the server.
func (s *Server) Client(t testing.TB) *Client {
	t.Helper()
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // the connection is done with
	c := &Client{t: t, conn: conn, br: bufio.NewReader(conn)}
	c.line()
	c.Do(fmt.Sprintf("LOGIN %s %s", quoted(s.User), quoted(s.Password)))
	return c
}

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// Append stores a message; flags as in "\\Seen $Forwarded", date as in "01-Feb-2003 04:05:06 +0000". Literals are
// synchronizing, which every server understands.
func (c *Client) Append(mailbox, flags, date, message string) {
	c.t.Helper()
	c.do(fmt.Sprintf("APPEND %s (%s) %s {%d}", quoted(mailbox), flags, quoted(date), len(message)), message)
}

// Do sends one command, which must succeed, and returns the untagged responses, each with its literals.
func (c *Client) Do(command string) []string { c.t.Helper(); return c.do(command, "") }

// do sends the literal when the server asks for it.
func (c *Client) do(command, literal string) []string {
	c.t.Helper()
	c.tags++
	tag := fmt.Sprintf("c%d ", c.tags)
	_ = c.conn.SetDeadline(time.Now().Add(time.Minute)) // the write below shows any failure
	if _, err := io.WriteString(c.conn, tag+command+"\r\n"); err != nil {
		c.t.Fatalf("%s: %v", command, err)
	}
	var out []string
	for {
		line := c.line()
		if rest, ok := strings.CutPrefix(line, tag); ok {
			if !strings.HasPrefix(rest, "OK") {
				c.t.Fatalf("%s: %s", command, rest)
			}
			return out
		}
		if literal != "" && strings.HasPrefix(line, "+") {
			if _, err := io.WriteString(c.conn, literal+"\r\n"); err != nil {
				c.t.Fatalf("%s: %v", command, err)
			}
			continue
		}
		out = append(out, line)
	}
}

var literal = regexp.MustCompile(`\{(\d+)\}\r\n$`)

// line reads a response with all its literals.
func (c *Client) line() string {
	c.t.Helper()
	var all strings.Builder
	for {
		part, err := c.br.ReadString('\n')
		if err != nil {
			c.t.Fatalf("read from server: %v", err)
		}
		all.WriteString(part)
		m := literal.FindStringSubmatch(part)
		if m == nil {
			return strings.TrimSuffix(all.String(), "\r\n")
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			c.t.Fatalf("literal: %v", err)
		}
		if _, err := io.CopyN(&all, c.br, int64(n)); err != nil {
			c.t.Fatalf("read literal: %v", err)
		}
	}
}

// listLine is a LIST response: attributes, delimiter, name.
var listLine = regexp.MustCompile(`^\* LIST \([^)]*\) (?:"[^"]*"|NIL) (?:"((?:[^"\\]|\\.)*)"|(\S+))`)

// List returns the lines of the LIST responses.
func (c *Client) List() []string { c.t.Helper(); return c.Do(`LIST "" "*"`) }

// Mailboxes returns the names of all mailboxes that can hold messages.
func (c *Client) Mailboxes() []string {
	c.t.Helper()
	var names []string
	for _, line := range c.List() {
		m := listLine.FindStringSubmatch(line)
		if m == nil || strings.Contains(strings.ToLower(line), `\noselect`) {
			continue
		}
		names = append(names, strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(m[1])+m[2])
	}
	return names
}

var statusMessages = regexp.MustCompile(`MESSAGES (\d+)`)

// Count returns the number of messages in a mailbox.
func (c *Client) Count(mailbox string) int {
	c.t.Helper()
	for _, line := range c.Do("STATUS " + quoted(mailbox) + " (MESSAGES)") {
		if m := statusMessages.FindStringSubmatch(line); m != nil {
			n, err := strconv.Atoi(m[1])
			if err != nil {
				c.t.Fatal(err)
			}
			return n
		}
	}
	c.t.Fatalf("no STATUS of %s", mailbox)
	return 0
}

var (
	fetchUID   = regexp.MustCompile(`UID (\d+)`)
	fetchFlags = regexp.MustCompile(`FLAGS \(([^)]*)\)`)
	fetchDate  = regexp.MustCompile(`INTERNALDATE "([^"]*)"`)
	fetchBody  = regexp.MustCompile(`BODY\[\] \{(\d+)\}\r\n`)
)

// Field returns the value of a header field of every message in a mailbox, "" where it is missing, in the order of their UIDs.
// Long fields are unfolded.
func (c *Client) Field(mailbox, name string) []string {
	c.t.Helper()
	c.Do("EXAMINE " + quoted(mailbox))
	if c.Count(mailbox) == 0 {
		return nil
	}
	var out []string
	for _, line := range c.Do("UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (" + name + ")])") {
		at := literal.FindStringIndex(line[:strings.IndexByte(line+"\n", '\n')+1])
		if !strings.Contains(line, " FETCH (") || at == nil {
			continue
		}
		header, _, _ := strings.Cut(line[at[1]:], "\r\n\r\n")
		_, value, _ := strings.Cut(strings.NewReplacer("\r\n ", " ", "\r\n\t", " ").Replace(header), ":")
		out = append(out, strings.TrimSpace(value))
	}
	return out
}

// Everywhere counts the values of a header field over all mailboxes: what a message was given as its identity must be there
// once. Messages without the field count as "".
func (c *Client) Everywhere(name string) map[string]int {
	c.t.Helper()
	found := map[string]int{}
	for _, mailbox := range c.Mailboxes() {
		for _, value := range c.Field(mailbox, name) {
			found[value]++
		}
	}
	return found
}

// Messages returns all messages of a mailbox in the order of their UIDs.
func (c *Client) Messages(mailbox string) []Message {
	c.t.Helper()
	c.Do("EXAMINE " + quoted(mailbox))
	if c.Count(mailbox) == 0 {
		return nil
	}
	var out []Message
	for _, line := range c.Do("UID FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[])") {
		at := fetchBody.FindStringSubmatchIndex(line)
		if at == nil {
			continue
		}
		size, err := strconv.Atoi(line[at[2]:at[3]])
		if err != nil {
			c.t.Fatal(err)
		}
		// Only what stands around the body: a message may contain anything.
		around := line[:at[0]] + line[at[1]+size:]
		m := Message{Body: line[at[1] : at[1]+size]}
		if m.UID, err = strconv.Atoi(fetchUID.FindStringSubmatch(around)[1]); err != nil {
			c.t.Fatal(err)
		}
		flags := strings.Fields(fetchFlags.FindStringSubmatch(around)[1])
		m.Flags = strings.Join(slices.DeleteFunc(flags, func(f string) bool { return f == `\Recent` }), " ")
		m.Date = fetchDate.FindStringSubmatch(around)[1]
		out = append(out, m)
	}
	return out
}

// Count signs in and counts the messages of a mailbox.
func (s *Server) Count(t testing.TB, mailbox string) int {
	t.Helper()
	return s.Client(t).Count(mailbox)
}
