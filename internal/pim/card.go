package pim

import (
	"bytes"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/vcard"
)

// People are those whom other items of the data file tell of.
type People struct {
	// Resolver gives the Internet address of a legacy distinguished name.
	Resolver func(dn string) (smtp string, ok bool)
	// Contact gives name and address of a contact, or the name of a distribution
	// list, see [vcard.Options].
	Contact func(entryID []byte, which int) (name, smtp string, ok bool)
}

// Card is a contact or a distribution list as a vCard (M50, A17) with the given
// identity, which should be [Item.CardUID] unless another card has it.
func (i *Item) Card(version vcard.Version, uid string, people People) []byte {
	it := &vcard.Item{Properties: i.Properties, Subject: i.Subject, Body: i.Body, Decode8: i.Decode8}
	for _, a := range i.Attachments {
		it.Attachments = append(it.Attachments, a.Properties)
	}
	var b bytes.Buffer
	warnings, _ := vcard.Convert(&b, it, &vcard.Options{ // memory takes everything
		Version: version, UID: uid, Resolver: people.Resolver, Contact: people.Contact,
	})
	for _, w := range warnings {
		i.Warn(w.Rule, "%s", w.Detail)
	}
	return b.Bytes()
}

// CardUID is the identity of a contact or distribution list.
func (i *Item) CardUID() string {
	key, _ := i.Bytes(mapi.SearchKey)
	if uid := vcard.UID(key); uid != "" {
		return uid
	}
	return i.madeUID()
}
