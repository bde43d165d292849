package plan

import "strings"

// Know takes over what is known of the server's software, as its greeting and ID
// (RFC 2971) name it. What is not known here is found out when a mailbox is
// refused, see [Server.Refuse]; knowing keeps more of the name.
func (s *Server) Know(software string) {
	software = strings.ToLower(software)
	for _, q := range quirks {
		if strings.Contains(software, q.software) {
			s.Refused += q.refused
			s.BMPOnly = s.BMPOnly || q.bmpOnly
		}
	}
}

// quirks were found by asking the servers: Courier 5.0.13, Cyrus 3.6.1.
var quirks = []struct {
	software string // a part of the name in lower case
	refused  string
	bmpOnly  bool
}{
	{software: "courier", refused: "/", bmpOnly: true},
	{software: "cyrus", refused: `"\`},
}
