package job

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pst2imap/pst2imap/internal/eml"
)

// itemName is what a person asks for.
type itemName struct {
	name  string
	kinds []eml.Kind // of mail none: it has many
}

// itemNames are all of them; the first is mail.
var itemNames = []itemName{
	{name: "mail"},
	{"conflicts", []eml.Kind{eml.KindConflict}},
	{"calendar", []eml.Kind{eml.KindEvent}},
	{"contacts", []eml.Kind{eml.KindContact, eml.KindGroup}},
	{"tasks", []eml.Kind{eml.KindTask}},
	{"journal", []eml.Kind{eml.KindJournal}},
	{"notes", []eml.Kind{eml.KindSticky}},
}

// form is what becomes of items of a kind.
type form int

// The forms.
const (
	formNone    form = iota // they are left out
	formMessage             // a message of their own
	formFile                // a part of a calendar or address book file (package backup)
)

// Items say which kinds of items are taken, and in which form. The zero value has
// mail as messages and what calendars and address books are made of in files.
type Items struct {
	noMail   bool
	messages []eml.Kind // besides mail
	left     []eml.Kind // of what would be in files
}

// ItemNames are the names that [ParseItems] takes.
func ItemNames() []string {
	names := make([]string, len(itemNames))
	for i, n := range itemNames {
		names[i] = n.name
	}
	return names
}

// ParseItems reads a list of names with commas. For a server the kinds named in it
// become messages. For files (forFiles) the named ones are taken, each in its own
// form, and the others are left out. An empty list is the zero value. The error
// says which name cannot be asked for.
func ParseItems(list string, forFiles bool) (Items, error) {
	if strings.TrimSpace(list) == "" {
		return Items{}, nil
	}
	out := Items{noMail: true}
	var asked []eml.Kind
	for name := range strings.SplitSeq(list, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		i := slices.IndexFunc(itemNames, func(n itemName) bool { return n.name == name })
		switch {
		case i < 0:
			return Items{}, fmt.Errorf("%q is not one of %s", name, strings.Join(ItemNames(), ", "))
		case i == 0:
			out.noMail = false
		}
		asked = append(asked, itemNames[i].kinds...)
	}
	for _, k := range asked {
		if !forFiles || !k.IsPIM() {
			out.messages = append(out.messages, k)
		}
	}
	if forFiles {
		out.left = slices.DeleteFunc(pimKinds(), func(k eml.Kind) bool { return slices.Contains(asked, k) })
	}
	return out, nil
}

// WithoutFiles leaves out what would be in calendar and address book files.
func (i Items) WithoutFiles() Items {
	i.left = pimKinds()
	return i
}

func pimKinds() []eml.Kind {
	var out []eml.Kind
	for _, n := range itemNames {
		for _, k := range n.kinds {
			if k.IsPIM() {
				out = append(out, k)
			}
		}
	}
	return out
}

// form is what becomes of items of a kind.
func (i Items) form(k eml.Kind) form {
	switch {
	case k.IsMail() && !i.noMail, slices.Contains(i.messages, k):
		return formMessage
	case k.IsPIM() && !slices.Contains(i.left, k):
		return formFile
	}
	return formNone
}

// KindName is what a person calls a kind of items, and asks for to get them.
func KindName(k eml.Kind) string {
	for _, n := range itemNames {
		if slices.Contains(n.kinds, k) {
			return n.name
		}
	}
	return itemNames[0].name
}
