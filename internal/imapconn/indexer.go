package imapconn

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// indexer takes the answers to one mailbox's commands.
type indexer struct {
	from   uint32 // messages with a smaller UID do not count
	each   func(Entry) error
	status Status // of the mailbox
	open   bool   // the mailbox is: what comes before that is not about it

	found    int64 // messages given to each
	expunged int64 // removed by other clients meanwhile
	partly   map[uint32]bool
	again    bool // partly was asked for
}

func newIndexer(from uint32, each func(Entry) error) *indexer {
	return &indexer{from: from, each: each, partly: map[uint32]bool{}}
}

// missing is an error unless every message was found.
func (x *indexer) missing() error {
	if expected := int64(x.status.Messages) - x.expunged; x.from == 1 && x.found < expected {
		return fmt.Errorf("%w: %d messages of %d", errIncomplete, x.found, expected)
	}
	return nil
}

// take takes what came of one message.
func (x *indexer) take(e *Entry, got fetched) error {
	switch {
	case !x.open:
		return nil
	case got == whole:
		delete(x.partly, e.UID)
	case got.header && !got.uid:
		return fmt.Errorf("%w: a message without its UID", errIncomplete)
	default:
		if got.uid && !x.again {
			x.partly[e.UID] = true // the rest may still come
		}
		return nil
	}
	if e.UID < x.from {
		return nil // n:* always has the last message, whatever its UID (RFC 9051 9, sequence-set)
	}
	x.found++
	if err := x.each(*e); err != nil {
		return &callerError{err}
	}
	return nil
}

// dialogue is commands and answers past the library.
type dialogue struct {
	*answerReader
	conn  *Conn
	tags  int
	out   bytes.Buffer // commands that are to be sent
	entry Entry
	flags map[string][]string // lists of flags by how they are written
}

// write adds a command to those that are to be sent and gives its tag.
func (d *dialogue) write(command string) (tag string) {
	d.tags++
	tag = "i" + strconv.Itoa(d.tags)
	d.out.WriteString(tag + " " + command + "\r\n")
	return tag
}

// send sends the commands written.
func (d *dialogue) send() error {
	defer d.out.Reset()
	if d.out.Len() == 0 {
		return nil
	}
	_, err := d.conn.tap.Write(d.out.Bytes())
	return err
}

// answer reads up to the answer to a command. no is a refusal without its Op.
func (d *dialogue) answer(tag string, x *indexer) (no *CommandError, err error) {
	for {
		if err := d.nextLine(); err != nil {
			return nil, unexpectedEOF(err)
		}
		if len(d.line) > 2 && d.line[0] == '*' && d.line[1] == ' ' && d.line[2] >= '0' && d.line[2] <= '9' {
			if err := d.numbered(x); err != nil {
				return nil, err
			}
			continue
		}
		r := parseResponse(d.line)
		switch {
		case r.tag == tag && r.kind == "OK":
			return nil, nil
		case r.tag == tag && (r.kind == "NO" || r.kind == "BAD"):
			return &CommandError{Status: r.kind, Code: r.code, Text: r.text}, nil
		case r.tag != "*":
			return nil, d.protocolError("no answer to what was asked")
		case r.kind == "BYE":
			d.conn.tap.heardBye(withCode(r.code, r.text))
		case isStatus(d.line):
			x.told(r)
		default:
			if err := d.end(); err != nil {
				return nil, err
			}
		}
	}
}

// told takes what the server says of a mailbox in the code of a status response.
func (x *indexer) told(r response) {
	n, err := strconv.ParseUint(r.args, 10, 32)
	switch {
	case err != nil:
	case r.code == "UIDVALIDITY":
		x.status.UIDValidity = uint32(n)
	case r.code == "UIDNEXT":
		x.status.UIDNext = uint32(n)
	}
}

// numbered reads a response that begins with a number.
func (d *dialogue) numbered(x *indexer) error {
	d.line = d.line[2:]
	n, err := d.number()
	if err != nil {
		return err
	}
	d.skip(' ')
	kind := d.word(" ")
	switch {
	case bytes.EqualFold(kind, []byte("FETCH")):
		return d.fetch(x)
	case bytes.EqualFold(kind, []byte("EXISTS")):
		d.conn.messages.Store(int64(n))
		if !x.open { // later it is new mail, which need not be among what was asked for
			x.status.Messages = n
		}
	case bytes.EqualFold(kind, []byte("EXPUNGE")) && x.open:
		d.conn.messages.Add(-1)
		x.expunged++
	}
	return d.end()
}

// fetched tells what came of a message.
type fetched struct{ uid, flags, header bool }

// whole is a message of which all has come.
var whole = fetched{true, true, true}

// fetch reads the data of one message (RFC 9051 7.5.2).
func (d *dialogue) fetch(x *indexer) error {
	d.skip(' ')
	if !d.skip('(') {
		return d.protocolError("no message data")
	}
	d.entry = Entry{Header: d.entry.Header[:0]}
	var got fetched
	for !d.skip(')') {
		if err := d.item(&got); err != nil {
			return err
		}
		for d.skip(' ') {
		}
	}
	if len(d.line) > 0 {
		return d.protocolError("data behind a message")
	}
	return x.take(&d.entry, got)
}

// item reads one name and its value.
func (d *dialogue) item(got *fetched) (err error) {
	name := d.word(" [(")
	isSection := d.skip('[')
	isHeader := isSection && bytes.EqualFold(name, []byte("BODY")) && hasPrefixFold(d.line, "HEADER")
	isUID, isFlags := bytes.EqualFold(name, []byte("UID")), bytes.EqualFold(name, []byte("FLAGS"))
	if isSection {
		if err := d.section(); err != nil {
			return err
		}
	}
	if !d.skip(' ') {
		return d.protocolError("no value")
	}
	switch {
	case isUID:
		got.uid = true
		d.entry.UID, err = d.number()
	case isFlags:
		got.flags = true
		d.entry.Flags, err = d.flagList()
	case isHeader:
		got.header = true
		d.entry.Header, d.entry.Truncated, err = d.text(d.entry.Header, maxHeader)
	default:
		err = d.drop()
	}
	return err
}

// section passes over what stands behind the bracket, with its origin: `HEADER.FIELDS (…)]<0>`.
func (d *dialogue) section() error {
	inQuotes := false
	for i := 0; i < len(d.line); i++ {
		switch c := d.line[i]; {
		case c == '\\' && inQuotes:
			i++
		case c == '"':
			inQuotes = !inQuotes
		case c == ']' && !inQuotes:
			d.line = d.line[i+1:]
			d.word(" ")
			return nil
		}
	}
	return d.protocolError("section without end")
}

// mostFlagLists bounds what is remembered of flags: a mailbox has few different lists, unless somebody means harm.
const mostFlagLists = 1000

// flagList reads a list of flags. Equal lists are the same in memory.
func (d *dialogue) flagList() ([]string, error) {
	n := bytes.IndexByte(d.line, ')')
	if !d.skip('(') || n < 0 {
		return nil, d.protocolError("no flags")
	}
	text := d.line[:n-1]
	d.line = d.line[n:]
	if flags, ok := d.flags[string(text)]; ok {
		return flags, nil
	}
	flags := strings.Fields(string(text))
	for i, f := range flags {
		flags[i] = usualSpelling(f)
	}
	if len(d.flags) >= mostFlagLists || d.flags == nil {
		d.flags = map[string][]string{}
	}
	d.flags[string(text)] = flags
	return flags, nil
}

// usualSpelling writes system flags as the RFC has them; they have no case (RFC 9051 2.3.2).
func usualSpelling(flag string) string {
	lower := strings.ToLower(flag)
	if name, ok := systemFlags[lower]; ok {
		return name
	}
	if lower == `\deleted` {
		return `\Deleted`
	}
	return flag
}

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && bytes.EqualFold(b[:len(prefix)], []byte(prefix))
}

// unexpectedEOF is err where the connection ended in the middle.
func unexpectedEOF(err error) error {
	if err == io.EOF { //nolint:errorlint // of a reader, as it is
		return io.ErrUnexpectedEOF
	}
	return err
}
