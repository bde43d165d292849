package tnef

import (
	"errors"
	"fmt"
	"io"
)

// ErrNotTNEF says that the bytes do not start like a stream.
var ErrNotTNEF = errors.New("no TNEF stream")

// Options guide reading. The zero value is ready.
type Options struct {
	// CodePage is the Windows code page of 8-bit strings in streams that name
	// none; 1252 when 0.
	CodePage int
	// MaxDepth is how many levels of embedded messages are read; 20 when 0.
	MaxDepth int
}

func (o *Options) maxDepth() int {
	if o == nil || o.MaxDepth <= 0 {
		return 20
	}
	return o.MaxDepth
}

func (o *Options) codePage() int {
	if o == nil {
		return 0
	}
	return o.CodePage
}

// Message is the item in a stream. It reads from the stream for as long as it
// is used.
type Message struct {
	*Properties
	Recipients  []*Properties // rows of the recipient table, in its order
	Attachments []*Attachment // in the order of the stream

	d *decoder
}

// Attachment is an attachment of the item. Its properties are named like those
// of a data file; what old attributes tell is among them (attAttachTitle is
// PidTagAttachLongFilename, attAttachData is PidTagAttachDataBinary).
type Attachment struct {
	*Properties
	// Embedded is the message of an attachment of method mapi.AttachEmbedded;
	// nil when there is none or it cannot be read.
	Embedded *Message
}

// Complete tells whether every attribute had the right checksum and was decoded
// without an error, in this message and in all that are in it.
func (m *Message) Complete() bool { return m.d.lost == 0 }

// Faults says what could not be decoded, in this message and in all that are in
// it, in the order of discovery; only the first hundred are kept.
func (m *Message) Faults() []error { return m.d.faults }

const (
	maxFaults = 100
	// maxObjects bounds the attributes, properties, recipients and attachments of
	// a stream together, and so the memory that it can ask for: some 40 MB.
	maxObjects = 1 << 18
)

// decoder reads one stream and the streams in it.
type decoder struct {
	r       io.ReaderAt
	o       *Options
	objects int
	lost    int // faults, also those not kept
	faults  []error
}

// fault notes what cannot be decoded.
func (d *decoder) fault(format string, args ...any) {
	d.lost++
	if len(d.faults) < maxFaults {
		d.faults = append(d.faults, fmt.Errorf(format, args...))
	}
}

// count tells whether one more object may be kept.
func (d *decoder) count() bool {
	d.objects++
	if d.objects == maxObjects {
		d.fault("more than %d properties", maxObjects)
	}
	return d.objects < maxObjects
}

// Read decodes the stream in the first size bytes of r. It wraps [ErrNotTNEF]
// when they do not start like one; everything else that is wrong is told by
// [Message.Faults], with what could be read in the message. Values are read from r when
// they are asked for.
func Read(r io.ReaderAt, size int64, o *Options) (*Message, error) {
	d := &decoder{r: r, o: o}
	return d.message(section{0, size}, nil, 0)
}

// message reads a stream ([MS-OXTNEF] 2.1.3.1).
func (d *decoder) message(at section, parent *Properties, depth int) (*Message, error) {
	c := newCursor(d.r, at)
	signature := c.u32()
	c.u16() // the legacy key, which only a transport of its time used
	if c.err != nil || signature != Signature {
		return nil, ErrNotTNEF
	}
	m := &Message{Properties: newProperties(d, parent), d: d}
	s := &stream{decoder: d, m: m, depth: depth}
	for c.left() > 0 {
		a, ok := s.attribute(c)
		if !ok {
			break
		}
		s.decode(a)
	}
	s.finish()
	return m, nil
}

// attribute reads the next attribute up to its checksum. ok is false when there
// is no telling where the next one starts.
func (s *stream) attribute(c *cursor) (a attribute, ok bool) {
	start := c.pos
	a.level = level(c.u8())
	a.id = attrID(c.u32())
	size := int64(c.u32())
	switch {
	case c.err != nil || a.level != levelMessage && a.level != levelAttachment:
		s.fault("offset %d: no attribute, %d bytes are left", start, c.end-start)
		return a, false
	case size > c.left()-trailer:
		s.fault("attribute %v at offset %d: %d bytes and a checksum, only %d bytes are left", a.id, start, size, c.left())
		a.at = c.skip(min(size, c.left())) // half a file is better than none
		c.skip(c.left())
		return a, s.count()
	}
	a.at = c.skip(size)
	want := c.u16()
	got, err := checksum(s.r, a.at)
	switch {
	case err != nil || c.err != nil:
		s.fault("attribute %v at offset %d: %w", a.id, start, errors.Join(err, c.err))
		return a, false
	case got != want:
		s.fault("attribute %v at offset %d: checksum %04X, computed %04X", a.id, start, want, got)
	}
	return a, s.count()
}

// checksum is the sum of all bytes modulo 65536 ([MS-OXTNEF] 2.1.3.2).
func checksum(r io.ReaderAt, at section) (uint16, error) {
	var sum uint16
	buf := make([]byte, min(at.size, 32<<10))
	for off, end := at.off, at.off+at.size; off < end; {
		part := buf[:min(int64(len(buf)), end-off)]
		if _, err := readFull(r, part, off); err != nil {
			return 0, err
		}
		for _, b := range part {
			sum += uint16(b)
		}
		off += int64(len(part))
	}
	return sum, nil
}
