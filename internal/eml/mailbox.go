package eml

import (
	"strings"

	"golang.org/x/net/idna"
)

// mailbox is one entry of an address field. Without an address it is written as
// an empty group, "Name:;" (RFC 5322 3.4), which names somebody and can be
// delivered to nobody (H12).
type mailbox struct{ name, addr string }

// empty tells whether there is nothing to write.
func (m mailbox) empty() bool { return m.name == "" && m.addr == "" }

// same tells whether both mean the same address.
func (m mailbox) same(o mailbox) bool { return m.addr != "" && strings.EqualFold(m.addr, o.addr) }

// addressField is a field with a list of addresses (H15, E2): folded after
// commas, and only where a single entry is too long for a line, inside it.
func addressField(name string, list []mailbox) string {
	f := newField(name)
	for i, m := range list {
		suffix := ","
		if i == len(list)-1 {
			suffix = ""
		}
		f.mailbox(m, suffix)
	}
	return f.end()
}

func (f *builder) mailbox(m mailbox, suffix string) {
	addr, ok := wireAddress(m.addr)
	switch {
	case m.addr == "":
		f.foldBefore(phraseSize(m.name) + 3)
		f.phrase(m.name, ":;"+suffix)
	case !ok: // E3, RFC 6857 3.1.4: no ASCII form of the local part
		text := strings.TrimSpace(m.name + " <" + m.addr + ">")
		f.foldBefore(phraseSize(text) + 3)
		f.phrase(text, ":;"+suffix)
	case m.name == "":
		f.word(addr + suffix)
	default:
		f.foldBefore(phraseSize(m.name) + len(addr) + 4)
		f.phrase(m.name, "")
		f.word("<" + addr + ">" + suffix)
	}
}

// wireAddress is addr as an addr-spec (RFC 5322 3.4.1): a local part that is no
// dot-atom quoted, a domain with A-labels. ok is false when there is no such
// form.
func wireAddress(addr string) (wire string, ok bool) {
	local, domain, ok := splitAddress(addr)
	if !ok || !printable(local) || len(addr) > maxToken/2 {
		return "", false
	}
	if !printable(domain) {
		ascii, err := idna.Punycode.ToASCII(strings.ToLower(domain))
		if err != nil || !printable(ascii) {
			return "", false
		}
		domain = ascii
	}
	if !dotAtom(local) {
		local = quoted(strings.Trim(local, `"`))
	}
	return local + "@" + domain, true
}

func dotAtom(s string) bool {
	for part := range strings.SplitSeq(s, ".") {
		if part == "" {
			return false
		}
		for i := range len(part) {
			if !atext(part[i]) {
				return false
			}
		}
	}
	return true
}

// splitAddress cuts at the last "@". ok is false when a side says nothing or the
// domain has characters that no domain has.
func splitAddress(addr string) (local, domain string, ok bool) {
	i := strings.LastIndexByte(addr, '@')
	if i <= 0 || i == len(addr)-1 {
		return "", "", false
	}
	local, domain = addr[:i], addr[i+1:]
	if strings.Trim(local, `" `) == "" {
		return "", "", false // nobody has it, and some programs do not read the field then
	}
	literal := strings.HasPrefix(domain, "[") && strings.HasSuffix(domain, "]")
	for _, r := range domain {
		switch {
		case r > '~', r < 0x80 && (isAlnum(byte(r)) || r == '-' || r == '.' || r == '_'):
		case literal && (r == '[' || r == ']' || r == ':'):
		default:
			return "", "", false
		}
	}
	return local, domain, domain[0] != '.' && domain[len(domain)-1] != '.' && !strings.Contains(domain, "..")
}

// validAddress makes a candidate of H9 an address: blanks, angle brackets and
// "mailto:" around it are dropped. It is empty when ok is false.
func validAddress(s string) (addr string, ok bool) {
	s = cleanText(s)
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
	}
	s = strings.Trim(s, " ")
	if strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") {
		s = strings.Trim(s[1:len(s)-1], " ")
	}
	if _, _, ok = splitAddress(s); !ok {
		return "", false
	}
	return s, true
}

// bareAddress is validAddress for text that may also be a name: it must have
// exactly one "@" and no blanks or list characters.
func bareAddress(s string) (addr string, ok bool) {
	addr, ok = validAddress(strings.Trim(cleanText(s), `'"`))
	if !ok || strings.Count(addr, "@") != 1 || strings.ContainsAny(addr, " ,;:<>()[]\"\\/") {
		return "", false
	}
	return addr, true
}

// imcea encodes an address that is no Internet address so that it can stand in
// a header and be decoded again ([MS-OXCMAIL] 2.1.3.1.8, H12).
func imcea(addrType, address, domain string) string {
	var b strings.Builder
	b.WriteString("IMCEA")
	for i := range len(addrType) {
		if isAlnum(addrType[i]) {
			b.WriteByte(addrType[i])
		}
	}
	b.WriteByte('-')
	for i := range len(address) {
		switch c := address[i]; {
		case c == '/':
			b.WriteByte('_')
		case isAlnum(c), c == '-', c == '=':
			b.WriteByte(c)
		default:
			b.WriteByte('+')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
	}
	return b.String() + "@" + domain
}
