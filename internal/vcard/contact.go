package vcard

import (
	"encoding/hex"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// unnamed is the name of a card that has to have one and has none.
const unnamed = "(unnamed)"

// contact writes the fields of a contact in a fixed order.
func (c *converter) contact() {
	mails := c.emails()
	c.names(mails)
	c.writeEmails(mails)
	c.phones()
	c.addresses()
	c.dates()
	c.links()
	c.note()
	c.categories()
	c.photo()
	c.keys()
	c.others()
}

// names writes whose card it is.
func (c *converter) names(mails []email) {
	n := []string{c.prop(mapi.Surname), c.prop(mapi.GivenName), c.prop(mapi.MiddleName),
		c.prop(mapi.DisplayNamePrefix), c.prop(mapi.Generation)}
	full := firstText(c.prop(mapi.DisplayName), strings.TrimSpace(cleanLine(n[1])+" "+cleanLine(n[0])), c.prop(mapi.CompanyName))
	for _, m := range mails {
		full = firstText(full, m.smtp, m.stored)
	}
	c.text("FN", nil, firstText(full, c.Subject, unnamed))
	for i := range n {
		n[i] = escape(cleanText(n[i]))
	}
	c.line("N", nil, strings.Join(n, ";")) // has to be there, even empty (RFC 2426 3.1.2)
	c.text("NICKNAME", nil, c.prop(mapi.Nickname))
	org := []string{c.prop(mapi.CompanyName), c.prop(mapi.DepartmentName)}
	if cleanText(org[1]) == "" {
		org = org[:1]
	}
	c.parts("ORG", nil, ";", org...)
	c.text("TITLE", nil, c.prop(mapi.JobTitle))
	c.text("ROLE", nil, c.prop(mapi.Profession))
}

// dates writes birthday and anniversary. What was stored as a local date counts;
// the other property is midnight in a time zone that nothing tells, and half a
// day later is on the right day in nearly all of them.
func (c *converter) dates() {
	anniversary := "X-ANNIVERSARY"
	if c.version == V4 {
		anniversary = "ANNIVERSARY"
	}
	for _, d := range []struct {
		field    string
		local    uint32
		midnight mapi.PropID
	}{{"BDAY", 0x80DE, mapi.Birthday}, {anniversary, 0x80DF, mapi.WeddingAnniversary}} {
		t, ok := c.Time(c.lid(d.local))
		if !ok {
			t, ok = c.Time(d.midnight)
			t = t.Add(12 * time.Hour)
		}
		if ok {
			c.line(d.field, nil, t.Format(c.form("2006-01-02", "20060102")))
		}
	}
}

// form chooses between the forms of the two versions.
func (c *converter) form(v3, v4 string) string {
	if c.version == V4 {
		return v4
	}
	return v3
}

// links writes web pages and the address for instant messages.
func (c *converter) links() {
	work, page := cleanLine(c.prop(mapi.BusinessHomePage)), cleanLine(c.named(0x802B))
	c.uri("URL", types(c.kind("WORK")), "", firstText(work, page))
	if work != "" && page != work {
		c.uri("URL", nil, "", page)
	}
	c.uri("URL", types(c.kind("HOME")), "", c.prop(mapi.PersonalHomePage))
	im := cleanLine(c.named(0x8062))
	if hasScheme(im) {
		c.uri("IMPP", nil, "", im)
	} else {
		c.uri("IMPP", nil, "im:", im) // RFC 3860: of no particular service
	}
}

// hasScheme tells whether s starts like an URI (RFC 3986 3.1).
func hasScheme(s string) bool {
	scheme, _, ok := strings.Cut(s, ":")
	if !ok || scheme == "" || !isLetter(scheme[0]) {
		return false
	}
	for i := range len(scheme) {
		if b := scheme[i]; !isLetter(b) && (b < '0' || b > '9') && b != '+' && b != '-' && b != '.' {
			return false
		}
	}
	return true
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// kind is a type of an address or number; 4.0 writes them in lower case.
func (c *converter) kind(t string) string {
	if c.version == V4 {
		return strings.ToLower(t)
	}
	return t
}

// note writes the text of the item.
func (c *converter) note() { c.text("NOTE", nil, c.Body()) }

// categories writes the categories of the item (H26).
func (c *converter) categories() {
	list := c.Texts(c.id(mapi.NameKeywords))
	if len(list) == 0 {
		list = c.Texts(c.id(mapi.NameCategories))
	}
	var out []string
	for _, s := range list {
		if s = cleanLine(s); s != "" {
			out = append(out, s)
		}
	}
	c.parts("CATEGORIES", nil, ",", out...)
}

// others writes what vCard has no field for.
func (c *converter) others() {
	c.text("X-MS-SPOUSE", nil, c.prop(mapi.SpouseName))
	c.text("X-MS-MANAGER", nil, c.prop(mapi.ManagerName))
	c.text("X-MS-ASSISTANT", nil, c.prop(mapi.Assistant))
	for _, s := range c.Texts(mapi.ChildrensNames) {
		c.text("X-MS-CHILD", nil, s)
	}
	c.text("X-PHONETIC-FIRST-NAME", nil, c.named(0x802C))
	c.text("X-PHONETIC-LAST-NAME", nil, c.named(0x802D))
	c.text("X-MS-ORG-YOMI", nil, c.named(0x802E))
	for lid := uint32(0x804F); lid <= 0x8052; lid++ {
		c.text("X-MS-TEXT", nil, c.named(lid))
	}
	c.text("X-MS-INTERESTS", nil, c.prop(mapi.Hobbies))
	c.text("X-MS-GOVERNMENT-ID", nil, c.prop(mapi.GovernmentIDNumber))
	c.text("X-MS-ACCOUNT", nil, c.prop(mapi.Account))
	c.text("X-MS-OFFICE", nil, c.prop(mapi.OfficeLocation))
	switch n, _ := c.Int(mapi.Gender); n {
	case mapi.GenderFemale:
		c.line(c.form("X-MS-GENDER", "GENDER"), nil, c.form("Female", "F"))
	case mapi.GenderMale:
		c.line(c.form("X-MS-GENDER", "GENDER"), nil, c.form("Male", "M"))
	}
}

// identity writes what tells two versions of a card apart from two cards.
func (c *converter) identity() {
	uid := c.o.UID
	if key, ok := c.Bytes(mapi.SearchKey); uid == "" && ok {
		uid = UID(key)
	}
	var params []param
	if c.version == V4 {
		params = []param{{"VALUE", []string{"text"}}}
	}
	c.text("UID", params, uid)
	if t, ok := c.Time(mapi.LastModificationTime); ok {
		c.line("REV", nil, t.Format(c.form("2006-01-02T15:04:05Z", "20060102T150405Z")))
	}
}

// UID is a search key as an identity, "" if it is none.
func UID(searchKey []byte) string {
	if strings.Trim(string(searchKey), "\x00") == "" {
		return ""
	}
	return strings.ToUpper(hex.EncodeToString(searchKey))
}
