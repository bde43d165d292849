package vcard

import (
	"fmt"
	"io"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Version is a version of the format.
type Version int

// Versions; the zero value is what most programs import.
const (
	V3 Version = iota
	V4
)

// String is the value of the field VERSION.
func (v Version) String() string {
	if v == V4 {
		return "4.0"
	}
	return "3.0"
}

// Item is what a card is made of.
type Item struct {
	mapi.Properties
	Subject     string // stands in for a name
	Attachments []mapi.Properties
	Body        func() string // the text of the item
	// Decode8 decodes 8-bit strings in entry ids, which name no code page of their
	// own (P1).
	Decode8 func([]byte) string
}

// Options guide the conversion. The zero value is ready.
type Options struct {
	Version Version
	// UID is the identity of the card; "" is the item's search key, if it has one.
	UID string
	// Resolver gives the Internet address of a legacy distinguished name.
	Resolver func(dn string) (smtp string, ok bool)
	// Contact gives the name and an address of a contact of the same store, or the
	// name of a distribution list: its entry id, and which of its addresses is
	// meant (0 to 2 e-mail, 3 to 5 fax). Either may be empty.
	Contact func(entryID []byte, which int) (name, smtp string, ok bool)
}

// Warning says what could not be carried over and the rule that says how.
type Warning struct {
	Rule   string // for example "M50"
	Detail string
}

// String is rule and detail in one line.
func (w Warning) String() string { return w.Rule + ": " + w.Detail }

// Converts tells whether an item of the class is written as a vCard.
func Converts(class string) bool {
	return mapi.HasClass(class, "IPM.Contact") || mapi.HasClass(class, "IPM.AbchPerson") || isGroup(class)
}

func isGroup(class string) bool { return mapi.HasClass(class, "IPM.DistList") }

// Convert writes a contact or distribution list to w as one card. The error is
// that of w; everything else that goes wrong is a warning.
func Convert(w io.Writer, it *Item, o *Options) ([]Warning, error) {
	if o == nil {
		o = &Options{}
	}
	c := &converter{Item: it, o: o, card: card{version: o.Version}}
	c.line("BEGIN", nil, "VCARD")
	c.line("VERSION", nil, o.Version.String())
	c.line("PRODID", nil, "-//pst2imap//EN")
	if class, _ := it.Text(mapi.MessageClass); isGroup(class) {
		c.group()
	} else {
		c.contact()
	}
	c.identity()
	c.line("END", nil, "VCARD")
	_, err := w.Write(c.buf.Bytes())
	return c.warnings, err
}

// converter is one conversion.
type converter struct {
	*Item
	card
	o        *Options
	warnings []Warning
}

func (c *converter) warn(rule, format string, args ...any) {
	c.warnings = append(c.warnings, Warning{rule, cleanLine(fmt.Sprintf(format, args...))})
}

// prop is a string property, "" without it.
func (c *converter) prop(id mapi.PropID) string {
	s, _ := c.Text(id)
	return s
}

// lid is the identifier of a named property of contacts, 0 when the store has
// none.
func (c *converter) lid(lid uint32) mapi.PropID {
	return c.id(mapi.Name{Set: mapi.PSetAddress, LID: lid})
}

func (c *converter) id(n mapi.Name) mapi.PropID {
	id, _ := c.NamedID(n)
	return id
}

// named is a named string property of contacts.
func (c *converter) named(lid uint32) string { return c.prop(c.lid(lid)) }

// firstText is the first of some texts that says something, in one line.
func firstText(list ...string) string {
	for _, s := range list {
		if s = cleanLine(s); s != "" {
			return s
		}
	}
	return ""
}
