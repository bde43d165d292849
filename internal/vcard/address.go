package vcard

import "github.com/pst2imap/pst2imap/internal/mapi"

// phoneTypes says which number is of which kind, in both versions; of 4.0, "pref"
// is a parameter of its own.
var phoneTypes = []struct {
	id     mapi.PropID
	v3, v4 []string
}{
	{mapi.PrimaryPhone, []string{"PREF"}, []string{"pref"}},
	{mapi.BusinessPhone, []string{"WORK", "VOICE"}, []string{"work", "voice"}},
	{mapi.Business2Phone, []string{"WORK", "VOICE"}, []string{"work", "voice"}},
	{mapi.HomePhone, []string{"HOME", "VOICE"}, []string{"home", "voice"}},
	{mapi.Home2Phone, []string{"HOME", "VOICE"}, []string{"home", "voice"}},
	{mapi.MobilePhone, []string{"CELL"}, []string{"cell"}},
	{mapi.Pager, []string{"PAGER"}, []string{"pager"}},
	{mapi.CarPhone, []string{"CAR"}, []string{"x-car"}},
	{mapi.BusinessFax, []string{"WORK", "FAX"}, []string{"work", "fax"}},
	{mapi.HomeFax, []string{"HOME", "FAX"}, []string{"home", "fax"}},
	{mapi.PrimaryFax, []string{"FAX"}, []string{"fax"}},
	{mapi.OtherPhone, []string{"VOICE"}, []string{"voice"}},
	{mapi.IsdnNumber, []string{"ISDN"}, []string{"x-isdn"}},
	{mapi.RadioPhone, []string{"X-RADIO"}, []string{"x-radio"}},
	{mapi.TTYTDDPhone, []string{"X-TTY"}, []string{"textphone"}},
	{mapi.CompanyMainPhone, []string{"X-COMPANY"}, []string{"x-company"}},
	{mapi.AssistantPhone, []string{"X-ASSISTANT"}, []string{"x-assistant"}},
	{mapi.CallbackPhone, []string{"X-CALLBACK"}, []string{"x-callback"}},
	{mapi.TelexNumber, []string{"X-TELEX"}, []string{"x-telex"}},
}

// phones writes all numbers; some properties have several.
func (c *converter) phones() {
	for _, p := range phoneTypes {
		params := types(p.v3...)
		if c.version == V4 {
			params = types(p.v4...)
		}
		if p.id == mapi.PrimaryPhone && c.version == V4 {
			params = preferred
		}
		for _, s := range c.Texts(p.id) {
			c.text("TEL", params, s)
		}
	}
}

// preferred marks the first choice in 4.0 (RFC 6350 5.3).
var preferred = []param{{"PREF", []string{"1"}}}

// postal is where the parts of an address are: identifiers, or numbers of names.
type postal struct {
	kind                                     string
	index                                    int64 // of the address that letters go to
	box, street, city, region, code, country string
	label                                    string
}

// addresses writes the addresses, each with the text that is printed on a letter.
func (c *converter) addresses() {
	chosen, _ := c.Int(c.lid(0x8022))
	for _, a := range []postal{
		{"WORK", 2, c.named(0x804A), c.named(0x8045), c.named(0x8046), c.named(0x8047), c.named(0x8048), c.named(0x8049), c.named(0x801B)},
		{"HOME", 1, c.prop(mapi.HomePostOfficeBox), c.prop(mapi.HomeStreet), c.prop(mapi.HomeCity), c.prop(mapi.HomeState),
			c.prop(mapi.HomePostalCode), c.prop(mapi.HomeCountry), c.named(0x801A)},
		{"", 3, c.prop(mapi.OtherPostOfficeBox), c.prop(mapi.OtherStreet), c.prop(mapi.OtherCity), c.prop(mapi.OtherState),
			c.prop(mapi.OtherPostalCode), c.prop(mapi.OtherCountry), c.named(0x801C)},
	} {
		c.address(a, chosen == a.index)
	}
}

func (c *converter) address(a postal, first bool) {
	var kinds []string
	if a.kind != "" {
		kinds = []string{c.kind(a.kind)}
	}
	label := cleanText(a.label)
	list := []string{a.box, "", a.street, a.city, a.region, a.code, a.country}
	if c.version == V4 {
		params := types(kinds...)
		if first {
			params = append(params, preferred...)
		}
		if label != "" {
			params = append(params, param{"LABEL", []string{label}})
			c.line("ADR", params, joinParts(list)) // also when there is only the label
			return
		}
		c.parts("ADR", params, ";", list...)
		return
	}
	if first {
		kinds = append(kinds, "PREF")
	}
	c.parts("ADR", types(kinds...), ";", list...)
	c.text("LABEL", types(kinds...), label)
}

// joinParts is the value of an address.
func joinParts(list []string) string {
	out := ""
	for i, s := range list {
		if i > 0 {
			out += ";"
		}
		out += escape(cleanText(s))
	}
	return out
}
