package eml

import (
	"io"
	"strconv"
	"strings"
)

// entity is a message: its header without the fields of MIME, and its content.
type entity struct {
	header string
	root   *part
}

// part is a node of a MIME tree (RFC 2045). It is a multipart with children, a
// message, or a leaf with content.
type part struct {
	fields   string   // MIME fields; of multiparts and messages made by settle
	subtype  string   // of a multipart
	params   []string // parameters of a multipart besides its boundary
	children []*part
	message  *entity
	labelled func(encoding string) string // fields of a message with its transfer encoding
	content  func(io.Writer) error
	ending   string // what the content needs at the end of a file (B18)

	// late fills in a leaf that needs to know in which message it is: the id of
	// the outermost and the place of its own.
	late func(rootID, place string)

	boundary string
	eightBit bool            // verbatim content below is not 7-bit (I2)
	marks    map[string]bool // line starts of verbatim content below
}

// settle gives the multiparts below p their boundaries and the parts that
// contain 8-bit content their labels. It goes from the leaves to the root.
func (p *part) settle(rootID, path string) {
	if p.late != nil {
		p.late(rootID, path[:strings.LastIndexByte(path, '/')+1]+"1")
	}
	below := p.children
	for i, c := range below {
		c.settle(rootID, path+"."+strconv.Itoa(i+1))
	}
	if p.message != nil {
		p.message.root.settle(rootID, path+"/1")
		below = []*part{p.message.root}
	}
	for _, c := range below {
		p.eightBit = p.eightBit || c.eightBit
		p.addMarks(c.marks)
	}
	switch {
	case p.subtype != "":
		p.boundary = free(boundary(rootID, path), p.marks)
		p.fields = p.multipartFields()
	case p.message != nil:
		p.fields = p.labelled(p.encoding())
	}
}

func (p *part) addMarks(marks map[string]bool) {
	if len(marks) == 0 {
		return
	}
	if p.marks == nil {
		p.marks = map[string]bool{}
	}
	for m := range marks {
		p.marks[m] = true
	}
}

// encoding is the transfer encoding of what is not encoded.
func (p *part) encoding() string {
	if p.eightBit {
		return "8bit"
	}
	return "7bit"
}

func (p *part) multipartFields() string {
	f := newField("Content-Type")
	f.word("multipart/" + p.subtype + ";")
	for _, param := range p.params {
		f.word(param + ";")
	}
	f.word(`boundary="` + p.boundary + `"`)
	if p.eightBit {
		return f.end() + "Content-Transfer-Encoding: 8bit\r\n"
	}
	return f.end()
}

// write writes the message. Nothing follows the last line of its content; the
// caller ends it.
func (e *entity) write(w io.Writer) error {
	if _, err := io.WriteString(w, e.header+"MIME-Version: 1.0\r\n"+e.root.fields+"\r\n"); err != nil {
		return err
	}
	return e.root.write(w)
}

func (p *part) write(w io.Writer) error {
	switch {
	case p.message != nil:
		return p.message.write(w)
	case p.subtype == "":
		return p.content(w)
	}
	for _, c := range p.children {
		if _, err := io.WriteString(w, "--"+p.boundary+"\r\n"+c.fields+"\r\n"); err != nil {
			return err
		}
		if err := c.write(w); err != nil {
			return err
		}
		if _, err := io.WriteString(w, "\r\n"); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "--"+p.boundary+"--")
	return err
}

// multipart is a multipart of the given parts, or the only one of them.
func multipart(subtype string, parts []*part) *part {
	if len(parts) == 1 {
		return parts[0]
	}
	return &part{subtype: subtype, children: parts, ending: "\r\n"}
}
