package imapconn

import (
	"slices"
	"strconv"
	"strings"
)

// Caps are the capabilities that the server announced, in upper case (RFC 9051 6.1.1).
type Caps map[string]bool

// rev2Caps are part of IMAP4rev2 and need not be announced beside it (RFC 9051 appendix E).
var rev2Caps = Caps{
	"NAMESPACE": true, "UNSELECT": true, "UIDPLUS": true, "ESEARCH": true, "SEARCHRES": true, "ENABLE": true, "IDLE": true,
	"SASL-IR": true, "LIST-EXTENDED": true, "LIST-STATUS": true, "MOVE": true, "LITERAL-": true, "STATUS=SIZE": true,
}

func parseCaps(s string) Caps {
	caps := Caps{}
	for _, name := range strings.Fields(s) {
		caps[strings.ToUpper(name)] = true
	}
	return caps
}

// Has reports whether the server offers the capability, announced by name or implied by another one.
func (c Caps) Has(name string) bool {
	name = strings.ToUpper(name)
	return c[name] || c["IMAP4REV2"] && rev2Caps[name] || name == "LITERAL-" && c["LITERAL+"]
}

// List returns the announced names in order.
func (c Caps) List() []string {
	names := make([]string, 0, len(c))
	for name := range c {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// AppendLimit returns the largest message in bytes that the server takes in any mailbox (RFC 7889); ok is false when it does
// not say.
func (c Caps) AppendLimit() (limit int64, ok bool) {
	for name := range c {
		if s, found := strings.CutPrefix(name, "APPENDLIMIT="); found {
			n, err := strconv.ParseUint(s, 10, 32)
			if err == nil && (!ok || int64(n) < limit) {
				limit, ok = int64(n), true
			}
		}
	}
	return limit, ok
}

// auth returns the announced sign-in mechanisms.
func (c Caps) auth() []string {
	var names []string
	for _, name := range c.List() {
		if mech, ok := strings.CutPrefix(name, "AUTH="); ok {
			names = append(names, mech)
		}
	}
	if !c["LOGINDISABLED"] {
		names = append(names, "LOGIN command")
	}
	return names
}
