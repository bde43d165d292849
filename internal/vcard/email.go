package vcard

import (
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// email is one of the addresses of a contact.
type email struct {
	smtp   string // "" when no Internet address is known
	kind   string // type of the stored address
	stored string
}

// emails are the addresses that are there, at most three (H9).
func (c *converter) emails() []email {
	var out []email
	for i, names := range mapi.ContactAddresses {
		text := func(n mapi.Name) string { return cleanLine(c.prop(c.id(n))) }
		e := email{kind: strings.ToUpper(text(names.Type)), stored: text(names.Address)}
		original := text(names.Original)
		entry, _ := c.Bytes(c.lid(0x8085 + uint32(i)<<4))
		e.smtp = c.findSMTP(e, original, entry)
		if e.smtp == "" && e.stored == "" {
			continue
		}
		out = append(out, e)
	}
	return out
}

// findSMTP finds the Internet address of one that is stored.
func (c *converter) findSMTP(e email, original string, entryID []byte) string {
	if isAddress(e.stored) && e.kind != "EX" && e.kind != "X400" && e.kind != "FAX" {
		return e.stored
	}
	if e.kind == "FAX" {
		return ""
	}
	if isAddress(original) {
		return original
	}
	a, _ := mapi.ParseAddressEntry(entryID, c.Decode8)
	dn := a.DN
	switch {
	case strings.EqualFold(a.Type, "SMTP") && isAddress(cleanLine(a.Email)):
		return cleanLine(a.Email)
	case e.kind == "EX" && e.stored != "":
		dn = e.stored
	}
	return c.resolve(dn)
}

// resolve asks for the address of a distinguished name (H11).
func (c *converter) resolve(dn string) string {
	if dn == "" || c.o.Resolver == nil {
		return ""
	}
	if s, ok := c.o.Resolver(dn); ok && isAddress(cleanLine(s)) {
		return cleanLine(s)
	}
	return ""
}

// isAddress tells whether s looks like an Internet address.
func isAddress(s string) bool {
	i := strings.LastIndexByte(s, '@')
	return i > 0 && i < len(s)-1 && s[0] != '/' && !strings.ContainsAny(s, " <>") && strings.IndexByte(s[i+1:], '"') < 0
}

// writeEmails writes the addresses, the first as the preferred one. What is no
// Internet address goes where no program will send to it.
func (c *converter) writeEmails(list []email) {
	seen := map[string]bool{}
	for _, e := range list {
		key := strings.ToLower(e.smtp)
		switch {
		case e.smtp == "":
			c.warn("H9", "an address of type %q is no Internet address", e.kind)
			c.text("X-PST2IMAP-EMAIL", types(token(e.kind)...), e.stored)
		case seen[key]:
		case len(seen) == 0 && c.version == V4:
			c.text("EMAIL", preferred, e.smtp)
		case len(seen) == 0:
			c.text("EMAIL", types("INTERNET", "PREF"), e.smtp)
		case c.version == V4:
			c.text("EMAIL", nil, e.smtp)
		default:
			c.text("EMAIL", types("INTERNET"), e.smtp)
		}
		if e.smtp != "" {
			seen[key] = true
		}
	}
}

// token is s if it can be a type, else nothing.
func token(s string) []string {
	for i := range len(s) {
		if !isLetter(s[i]) && (s[i] < '0' || s[i] > '9') {
			return nil
		}
	}
	if s == "" {
		return nil
	}
	return []string{s}
}
