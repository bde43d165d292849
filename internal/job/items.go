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
	{"notes", []eml.Kind{eml.KindSticky}},
	{"calendar", []eml.Kind{eml.KindEvent}},
	{"contacts", []eml.Kind{eml.KindContact, eml.KindGroup}},
	{"tasks", []eml.Kind{eml.KindTask}},
	{"journal", []eml.Kind{eml.KindJournal}},
}

// Items are the kinds of items that are converted. The zero value is mail.
type Items struct {
	noMail bool
	more   []eml.Kind
}

// ItemNames are the names that [ParseItems] takes.
func ItemNames() []string {
	var names []string
	for _, n := range itemNames {
		if converted(n.kinds) {
			names = append(names, n.name)
		}
	}
	return names
}

func converted(kinds []eml.Kind) bool {
	return !slices.ContainsFunc(kinds, func(k eml.Kind) bool { return !k.Converted() })
}

// ParseItems reads a list of names with commas; an empty one is mail. The error
// says which name cannot be asked for.
func ParseItems(list string) (Items, error) {
	if strings.TrimSpace(list) == "" {
		return Items{}, nil
	}
	out := Items{noMail: true}
	for name := range strings.SplitSeq(list, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		i := slices.IndexFunc(itemNames, func(n itemName) bool { return n.name == name })
		switch {
		case i < 0:
			return Items{}, fmt.Errorf("%q is not one of %s", name, strings.Join(ItemNames(), ", "))
		case !converted(itemNames[i].kinds):
			return Items{}, fmt.Errorf("%s are not converted yet, only %s", name, strings.Join(ItemNames(), ", "))
		case i == 0:
			out.noMail = false
		}
		out.more = append(out.more, itemNames[i].kinds...)
	}
	return out, nil
}

// skips tells whether items of a kind could be converted and are not asked for.
func (i Items) skips(k eml.Kind) bool {
	if k.IsMail() {
		return i.noMail
	}
	return k.Converted() && !slices.Contains(i.more, k)
}

// nameOf is what to ask for to get items of a kind.
func nameOf(k eml.Kind) string {
	for _, n := range itemNames {
		if slices.Contains(n.kinds, k) {
			return n.name
		}
	}
	return itemNames[0].name
}
