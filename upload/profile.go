package upload

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
)

// Profile is what is known of a provider beyond what its server says. Where the
// server says something, that counts.
type Profile struct {
	Name        string
	Hosts       []string // names of servers, or of domains they are in
	Capability  string   // that only this provider's servers announce
	Software    string   // part of the name that the server gives itself
	Connections int      // at the same time, all programs of the person together
	PerDay      int64    // bytes that an account takes in a day by IMAP; 0 when not known
}

// profiles are looked through in order; the last one fits all.
var profiles = []Profile{
	{Name: "gmail", Hosts: []string{"imap.gmail.com", "imap.googlemail.com"}, Capability: "X-GM-EXT-1", Connections: 10, PerDay: 500 << 20},
	{Name: "microsoft365", Hosts: []string{"office365.com", "outlook.com", "office.com", "hotmail.com"}, Software: "microsoft", Connections: 8},
	{Name: "yahoo", Hosts: []string{"imap.mail.yahoo.com", "yahoo.com", "aol.com"}, Connections: 4},
	{Name: "icloud", Hosts: []string{"imap.mail.me.com", "icloud.com"}, Connections: 4},
	{Name: "generic", Connections: 20},
}

// profileOf is that of the server that a job is connected to.
func profileOf(j *job.Job) Profile {
	return ProfileOf(j.Server().Host, j.Conn.Caps(), j.Conn.ServerID()["name"]+" "+j.Conn.Greeting())
}

// warnOfBudget tells when the data files have more than the provider takes in a
// day: the rest then takes another run, and nobody should think it is lost.
func (u *uploader) warnOfBudget() {
	p := profileOf(u.job)
	var bytes int64
	for _, s := range u.job.Sources {
		bytes += s.Report().Size
	}
	if p.PerDay > 0 && bytes > p.PerDay && !u.opt.Dry {
		u.job.Note(event.Info, fmt.Sprintf("%s takes about %d MB a day and then makes the upload wait; it may be stopped and run again the next day, until nothing is left", p.Name, p.PerDay>>20))
	}
}

// ProfileOf chooses the profile of a server by its name, its capabilities and
// what it calls itself.
func ProfileOf(host string, caps imapconn.Caps, software string) Profile {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, p := range profiles {
		named := slices.ContainsFunc(p.Hosts, func(h string) bool { return host == h || strings.HasSuffix(host, "."+h) })
		switch {
		case named,
			p.Capability != "" && caps.Has(p.Capability),
			p.Software != "" && strings.Contains(strings.ToLower(software), p.Software):
			return p
		}
	}
	return profiles[len(profiles)-1]
}
