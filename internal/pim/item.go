package pim

import (
	"math"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Item is an item to be mapped.
type Item struct {
	mapi.Properties
	Class      string // message class as stored
	Subject    string // without the marker of its prefix, in one line (P5)
	Categories []string

	// Body is the body as plain text, "" without one.
	Body func() string
	// From is whom the item was sent for (PidTagSentRepresenting), or who sent it.
	// Sender is who sent it for them, if that is somebody else.
	From, Sender Person
	Recipients   []Recipient
	Attachments  []Attachment

	// Identity is the item's identity in hexadecimal digits, for those that have
	// no UID of their own. It is asked for only then.
	Identity func() string
	// Decode8 decodes 8-bit strings that are inside other values.
	Decode8 func([]byte) string
	// Warn notes what could not be carried over and the rule that says how (I3).
	Warn func(rule, format string, args ...any)
}

// Person is somebody with the Internet address that was found for them. Either
// may be empty.
type Person struct{ Name, Address string }

// Recipient is a row of the recipient table, or a name that stands for one.
type Recipient struct {
	Person
	Row mapi.Properties // nil where there is no table
	// Type is PidTagRecipientType without its flags; 0 is the originator.
	Type int
}

// Attachment is an attached file or item.
type Attachment struct {
	mapi.Properties
	Name      string // file name; of an item its subject
	MediaType string // of a file
	Item      *Item  // nil for a file
}

// named gives the properties of one set by their numbers.
type named struct {
	mapi.Properties
	set mapi.GUID
}

func (i *Item) common() named      { return named{i.Properties, mapi.PSetCommon} }
func (i *Item) appointment() named { return named{i.Properties, mapi.PSetAppointment} }
func (i *Item) meeting() named     { return named{i.Properties, mapi.PSetMeeting} }

// id is the identifier of a property, 0 if there is none.
func (n named) id(lid uint32) mapi.PropID {
	id, _ := n.NamedID(mapi.Name{Set: n.set, LID: lid})
	return id
}

// number is a whole number of 32 bits.
func (n named) number(lid uint32) (int, bool) {
	v, ok := n.Int(n.id(lid))
	return int(v), ok && v >= math.MinInt32 && v <= math.MaxInt32
}

func (n named) flag(lid uint32) bool { return n.Bool(n.id(lid)) }

func (n named) text(lid uint32) string {
	s, _ := n.Text(n.id(lid))
	return s
}

func (n named) bytes(lid uint32) []byte {
	b, _ := n.Bytes(n.id(lid))
	return b
}

// instant is a point in time, the zero time if there is none.
func (n named) instant(lid uint32) time.Time {
	t, _ := n.Time(n.id(lid))
	return t
}
