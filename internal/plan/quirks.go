package plan

import "strings"

// quirks are what servers refuse in names beyond what they have to, by a word
// with which their software presents itself. Each was tried with every
// punctuation character of ASCII, alone and in the middle of a name.
var quirks = []struct {
	word    string
	refused string
	bmpOnly bool
}{
	// QUIRK(Cyrus 3.6): "^" only where the delimiter is "/".
	{word: "cyrus", refused: "\"\\`;<>^{|}"},
	// QUIRK(Courier 5.0): its names are UCS-2.
	{word: "courier", bmpOnly: true},
}

// Know notes what a server is known to refuse in names. software is whatever
// the server says about itself: its name (RFC 2971), its greeting.
func (s *Server) Know(software string) {
	software = strings.ToLower(software)
	for _, q := range quirks {
		if strings.Contains(software, q.word) {
			s.Refused += q.refused
			s.BMPOnly = s.BMPOnly || q.bmpOnly
		}
	}
}
