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
	*dialogue
	entry Entry
	got   fetched

	examined
	from uint32 // messages with a smaller UID do not count
	each func(Entry) error

	found    int64 // messages given to each
	expunged int64 // removed by other clients meanwhile
	partly   map[uint32]bool
	again    bool // partly was asked for
}

func newIndexer(d *dialogue, from uint32, each func(Entry) error) *indexer {
	return &indexer{dialogue: d, from: from, each: each, partly: map[uint32]bool{}}
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
		if len(x.partly) > 0 {
			delete(x.partly, e.UID)
		}
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
	out   bytes.Buffer        // commands that are to be sent
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

// listener takes what comes with the answer to a command.
type listener interface {
	told(response)                          // a status response with a code
	counted(kind []byte, n uint32)          // EXISTS, EXPUNGE and the like
	message()                               // the data of a message begins
	item(name string, section []byte) error // its next item, whose value has to be read; see itemName. section is nil without one
	complete() error                        // its end
}

// examined is a mailbox that is opened and read from without a wait in between.
type examined struct {
	status Status
	open   bool // what comes before it is open is not about it
}

// pair are the tags of two commands.
type pair struct{ asked, fetching string }

// examine adds both commands to those that are to be sent.
func (d *dialogue) examine(mailbox, fetch string) (pair, error) {
	name, ok := quote(encodeUTF7(mailbox))
	if !ok {
		return pair{}, fmt.Errorf("mailbox name %q cannot be written", mailbox)
	}
	return pair{d.write("EXAMINE " + name), d.write(fetch)}, nil
}

// answers is answer for both: where the server refuses the one, it refuses the other. opened is called in between.
func (d *dialogue) answers(to pair, x listener, m *examined, opened func(Status)) (no *CommandError, err error) {
	no, err = d.answer(to.asked, x)
	if err != nil {
		return nil, err
	}
	if no == nil {
		m.open = true
		opened(m.status)
	}
	noFetch, err := d.answer(to.fetching, x)
	if no == nil && m.status.Messages > 0 { // QUIRK: some servers refuse 1:* in an empty mailbox
		no = noFetch
	}
	return no, err
}

// answer reads up to the answer to a command. no is a refusal without its Op.
func (d *dialogue) answer(tag string, x listener) (no *CommandError, err error) {
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

// told implements listener.
func (x *indexer) told(r response) { x.status.told(r) }

// told takes what the server says of a mailbox in the code of a status response.
func (s *Status) told(r response) {
	n, err := strconv.ParseUint(r.args, 10, 32)
	switch {
	case err != nil:
	case r.code == "UIDVALIDITY":
		s.UIDValidity = uint32(n)
	case r.code == "UIDNEXT":
		s.UIDNext = uint32(n)
	}
}

// numbered reads a response that begins with a number.
func (d *dialogue) numbered(x listener) error {
	d.line = d.line[2:]
	n, err := d.number()
	if err != nil {
		return err
	}
	d.skip(' ')
	kind := d.word(endOfWord)
	if equalFold(kind, "FETCH") {
		return d.fetch(x)
	}
	x.counted(kind, n)
	return d.end()
}

// counted implements listener.
func (x *indexer) counted(kind []byte, n uint32) {
	switch {
	case bytes.EqualFold(kind, []byte("EXISTS")):
		x.conn.messages.Store(int64(n))
		if !x.open { // later it is new mail, which need not be among what was asked for
			x.status.Messages = n
		}
	case bytes.EqualFold(kind, []byte("EXPUNGE")) && x.open:
		x.conn.messages.Add(-1)
		x.expunged++
	}
}

// fetched tells what came of a message.
type fetched struct{ uid, flags, header bool }

// whole is a message of which all has come.
var whole = fetched{true, true, true}

// fetch reads the data of one message (RFC 9051 7.5.2).
func (d *dialogue) fetch(x listener) error {
	d.skip(' ')
	if !d.skip('(') {
		return d.protocolError("no message data")
	}
	x.message()
	for !d.skip(')') {
		if err := d.item(x); err != nil {
			return err
		}
		for d.skip(' ') {
		}
	}
	if len(d.line) > 0 {
		return d.protocolError("data behind a message")
	}
	return x.complete()
}

// Names of items that are understood.
const (
	itemUID   = "UID"
	itemFlags = "FLAGS"
	itemBody  = "BODY"
	itemDate  = "INTERNALDATE"
	itemSize  = "RFC822.SIZE"
)

var itemNames = [...]string{itemUID, itemFlags, itemBody, itemDate, itemSize}

// itemName is the one of itemNames that is written there, in whatever case, or empty.
func itemName(word []byte) string {
	for _, name := range itemNames { // nearly every server writes them like that
		if string(word) == name {
			return name
		}
	}
	for _, name := range itemNames {
		if bytes.EqualFold(word, []byte(name)) {
			return name
		}
	}
	return ""
}

// message implements listener.
func (x *indexer) message() { x.entry, x.got = Entry{Header: x.entry.Header[:0]}, fetched{} }

// complete implements listener.
func (x *indexer) complete() error { return x.take(&x.entry, x.got) }

// item reads one name and its value.
func (d *dialogue) item(x listener) (err error) {
	name := itemName(d.word(endOfName))
	var section []byte
	if d.skip('[') {
		if section, err = d.section(); err != nil {
			return err
		}
	}
	if !d.skip(' ') {
		return d.protocolError("no value")
	}
	return x.item(name, section)
}

// item implements listener.
func (x *indexer) item(name string, section []byte) (err error) {
	switch {
	case name == itemUID:
		x.got.uid = true
		x.entry.UID, err = x.number()
	case name == itemFlags:
		x.got.flags = true
		x.entry.Flags, err = x.flagList()
	case name == itemBody && hasPrefixFold(section, "HEADER"):
		x.got.header = true
		x.entry.Header, x.entry.Truncated, err = x.text(x.entry.Header, maxHeader)
	case name == itemDate:
		x.entry.Date, err = x.date()
	case name == itemSize:
		var n uint32
		n, err = x.number()
		x.entry.Size = int64(n)
	default:
		err = x.drop()
	}
	return err
}

// section passes over what stands behind the bracket, with its origin: `HEADER.FIELDS (…)]<0>`. It gives what stands in the
// brackets.
func (d *dialogue) section() ([]byte, error) {
	end := bytes.IndexByte(d.line, ']')
	if end >= 0 && bytes.IndexByte(d.line[:end], '"') >= 0 {
		end = unquotedBracket(d.line)
	}
	if end < 0 {
		return nil, d.protocolError("section without end")
	}
	section := d.line[:end]
	d.line = d.line[end+1:]
	d.word(endOfWord)
	return section, nil
}

// unquotedBracket is where the first bracket stands that is not in quotes, or -1.
func unquotedBracket(line []byte) int {
	inQuotes := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && inQuotes:
			i++
		case c == '"':
			inQuotes = !inQuotes
		case c == ']' && !inQuotes:
			return i
		}
	}
	return -1
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
	return len(b) >= len(prefix) && equalFold(b[:len(prefix)], prefix)
}

// equalFold is [bytes.EqualFold] for what is mostly written alike.
func equalFold(b []byte, s string) bool { return string(b) == s || bytes.EqualFold(b, []byte(s)) }

// unexpectedEOF is err where the connection ended in the middle.
func unexpectedEOF(err error) error {
	if err == io.EOF { //nolint:errorlint // of a reader, as it is
		return io.ErrUnexpectedEOF
	}
	return err
}
