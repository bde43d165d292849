package account

import (
	"slices"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// Source says where a server was learned from.
type Source string

// The sources, the one that is trusted most first. The receiving server goes before the domain's own files: a web host puts
// autoconfig files for mail of its own into domains whose mail is elsewhere.
const (
	FromTable      Source = "table"      // the program's own table, by the address's domain
	FromMX         Source = "mx"         // the same table, by the servers that receive for the domain
	FromAutoconfig Source = "autoconfig" // https://autoconfig.<domain>
	FromWellKnown  Source = "well-known" // https://<domain>/.well-known/autoconfig
	FromISPDB      Source = "ispdb"      // Mozilla's database, by the address's domain
	FromSRV        Source = "srv"        // SRV records of the domain (RFC 6186)
	FromMXISPDB    Source = "mx-ispdb"   // Mozilla's database, by the domain of the receiving server
	FromGuess      Source = "guess"      // imap.<domain>, mail.<domain>
)

// Sources are all of them in that order.
var Sources = []Source{FromTable, FromMX, FromAutoconfig, FromWellKnown, FromISPDB, FromSRV, FromMXISPDB, FromGuess}

// Means says it to people: "told by …".
func (s Source) Means() string {
	switch s {
	case FromTable:
		return "known to this program"
	case FromMX:
		return "known to this program, by the server that receives the domain's mail"
	case FromAutoconfig, FromWellKnown:
		return "told by the domain's autoconfig file"
	case FromISPDB:
		return "told by Mozilla's database of providers"
	case FromSRV:
		return "told by the domain's SRV records"
	case FromMXISPDB:
		return "told by Mozilla's database, by the server that receives the domain's mail"
	case FromGuess:
		return "guessed"
	}
	return string(s)
}

// Attempt is one question that was asked, and what came of it.
type Attempt struct {
	Source Source
	// Asked is the name or URL; "the name server" is asked for names. An e-mail address in it is replaced by "…".
	Asked string
	// Shares says what whoever is asked learns: "the domain" or "the address".
	Shares string
	Found  int    // servers
	Err    string // why there are none
}

// Candidate is an IMAP server that the address may have its mail on.
type Candidate struct {
	Host     string
	Port     int
	Security imapconn.Security
	// Users are the forms of the user name to try, the likeliest first: what the source says, the address, the part before the @.
	Users    []string
	Sources  []Source  // at least one, the most trusted first
	Provider *Provider // nil if not known
	// TokenOnly says that the server takes no passwords, by its own offer or its source's word.
	TokenOnly bool
	// Works says that the server greeted over TLS with a valid certificate for its name.
	Works bool
	// Err is why it does not work: a *imapconn.TLSError, a *imapconn.ConnectError, [ErrPlainOnly] or [ErrNotTried].
	Err error
	// Confirm says that the host is outside of the address's domain, and nothing but a DNS answer, which anybody on the way could have
	// written, names it: a person has to say yes first (RFC 6186 section 6).
	Confirm bool
	// Greeting, Offered and Issuer are what the server said: its greeting, capabilities, and who issued its certificate.
	Greeting string
	Offered  []string
	Issuer   string
}

// Result is what [Discover] found.
type Result struct {
	Address    string
	Domain     string      // in the ASCII form of DNS
	Provider   *Provider   // whom the table knows to have the address's mail, nil if nobody
	Candidates []Candidate // the best first: those that work, then by source
	Attempts   []Attempt   // in the order of [Sources]
}

// Best is the first candidate that works and needs no confirmation, nil if there is none.
func (r *Result) Best() *Candidate {
	i := slices.IndexFunc(r.Candidates, func(c Candidate) bool { return c.Works && !c.Confirm })
	if i < 0 {
		return nil
	}
	return &r.Candidates[i]
}

// ToConfirm is the first candidate that works once a person has confirmed its host, nil if there is none.
func (r *Result) ToConfirm() *Candidate {
	i := slices.IndexFunc(r.Candidates, func(c Candidate) bool { return c.Works && c.Confirm })
	if i < 0 {
		return nil
	}
	return &r.Candidates[i]
}
