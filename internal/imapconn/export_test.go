package imapconn

import (
	"encoding/base64"
	"io"
	"net"
	"strings"
	"time"
)

// What the tests of the outside need to see of the inside.
var (
	CheckFlags  = checkFlags
	IsKeyword   = isKeyword
	DecodeUTF7  = decodeUTF7
	ParseValues = func(b []byte) error { _, err := parseValues(b); return err }
	Mask        = func(secret, text string) string {
		var s secrets
		s.add(secret)
		s.addSent(base64.StdEncoding.EncodeToString([]byte("\x00anna\x00" + secret)))
		return s.mask(text)
	}
	// ReadAnswer gives what an index of one mailbox makes of the answer to "i1".
	ReadAnswer = func(r io.Reader, each func(Entry)) error {
		d := &dialogue{conn: &Conn{tap: new(tap)}, answerReader: newAnswerReader(r)}
		x := newIndexer(d, 1, func(e Entry) error { each(e); return nil })
		x.open = true
		_, err := d.answer("i1", x)
		return err
	}
	// ReadBackAnswer gives what reading messages back makes of the answer to "i1".
	ReadBackAnswer = func(r io.Reader, body func(io.Reader) error, done func(Fetched)) error {
		d := &dialogue{conn: &Conn{tap: new(tap)}, answerReader: newAnswerReader(r)}
		b := &readBack{dialogue: d, open: true, now: &step{of: new(ReadBack)}, Reader: Reader{
			Body: body, Done: func(_ *ReadBack, f Fetched) error { done(f); return nil },
		}}
		_, err := d.answer("i1", b)
		return err
	}
	// NewOutbox collects what goes onto c, with nothing between when direct. now, if there is one, is its clock.
	NewOutbox = func(c net.Conn, direct bool, now ...func() time.Time) interface {
		io.Writer
		io.StringWriter
		io.ReaderFrom
		Flush() error
	} {
		w := newWire(c, time.Minute)
		for _, clock := range now {
			w.now = clock
		}
		o := newOutbox(w)
		if direct {
			o.wire = w
		}
		return o
	}
	// UsualDate, ReadDate and AnyDate read the date at the start of a line and give the rest of it.
	UsualDate = usualDate
	ReadDate  = func(line []byte) (time.Time, []byte, error) { return readDate(line, (*dialogue).date) }
	AnyDate   = func(line []byte) (time.Time, []byte, error) { return readDate(line, (*dialogue).anyDate) }
	// ReadNumber reads the number at the start of a line and gives the rest of it.
	ReadNumber = func(line []byte) (uint32, []byte, error) {
		a := &answerReader{line: line}
		n, err := a.number()
		return n, a.line, err
	}
	LiteralNext = func(line []byte) (int64, bool) { return (&answerReader{line: line}).literalNext() }
	LiteralSize = literalSize
	ItemName    = itemName
	ItemNames   = itemNames[:]
	// ReadSection reads what follows the bracket of an item's name and gives the rest of the line.
	ReadSection = func(line []byte) (section, rest []byte, err error) {
		d := &dialogue{answerReader: &answerReader{line: line}}
		section, err = d.section()
		return section, d.line, err
	}
	ScanBye = func(chunks ...[]byte) string {
		var s byeScanner
		for _, p := range chunks {
			if s.feed(p) != nil {
				return "endless"
			}
		}
		return s.text
	}
)

func readDate(line []byte, read func(*dialogue) (time.Time, error)) (time.Time, []byte, error) {
	d := &dialogue{answerReader: newAnswerReader(strings.NewReader(""))}
	d.line = line
	t, err := read(d)
	return t, d.line, err
}
