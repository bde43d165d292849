// Package preflight looks at a server, and at a data file if there is one, and
// says what stands against a run, before anything is sent. It changes nothing on
// the server.
//
// [Run] gives a [Result], which is the JSON form of `pst2imap check`.
package preflight

import (
	"context"
	"slices"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/report"
)

// Result is what `check --json` prints; fields are only ever added.
type Result struct {
	Schema       int          `json:"schema"`
	Command      string       `json:"command"`
	Problems     []Problem    `json:"problems"`
	Server       Server       `json:"server"`
	Capabilities []Capability `json:"capabilities"`
	Source       *Source      `json:"source,omitempty"`
	Folders      []Folder     `json:"folders,omitempty"`
	Estimate     *Estimate    `json:"estimate,omitempty"`
}

// Server is what the server tells.
type Server struct {
	report.Server
	TLS         *TLS      `json:"tls,omitempty"`
	Prefix      string    `json:"prefix"`
	Delimiter   string    `json:"delimiter"` // "" without hierarchy
	Special     []Special `json:"special"`
	Quota       []Quota   `json:"quota"`
	AppendLimit int64     `json:"append_limit"` // largest message in bytes; 0: not told
	Keywords    string    `json:"keywords"`     // "any", "some", "none" or "unknown"
	Flags       []string  `json:"flags"`        // that can be stored
	RoundTripMS []float64 `json:"round_trip_ms"`
	Download    float64   `json:"download_bytes_per_second"` // 0: not measured
}

// TLS is how the connection is protected.
type TLS struct {
	Version  string   `json:"version"`
	Cipher   string   `json:"cipher"`
	Issuer   string   `json:"issuer"`
	Names    []string `json:"names"`
	NotAfter string   `json:"not_after"` // RFC 3339
}

// Folder is a folder of the data file and the mailbox that it will have.
type Folder struct {
	Path    string   `json:"path"`
	Mailbox string   `json:"mailbox"`
	Items   int      `json:"items"`
	Create  bool     `json:"create"`
	Guessed bool     `json:"guessed"`
	Reasons []string `json:"reasons"`
	Why     string   `json:"why"`
}

// Special is a mailbox with a special use.
type Special struct {
	Role    string `json:"role"`
	Mailbox string `json:"mailbox"`
}

// Quota is one limit; bytes for the resource STORAGE.
type Quota struct {
	Root     string `json:"root"`
	Resource string `json:"resource"`
	Usage    int64  `json:"usage"`
	Limit    int64  `json:"limit"`
}

// Input is what there is to look at.
type Input struct {
	Conn   *imapconn.Conn
	Facts  *imapconn.Facts
	Config imapconn.Config
	Job    *job.Job     // with the connection but without a plan; nil without a data file
	Plan   plan.Options // with Job
	Now    time.Time
}

// Run looks at everything. The error is one of the connection, or ctx's.
func Run(ctx context.Context, in Input) (*Result, error) {
	r := &Result{Schema: 1, Command: "check", Problems: []Problem{}}
	boxes, err := in.Conn.Mailboxes(ctx)
	if err != nil {
		return nil, err
	}
	r.server(in, boxes)
	r.capabilities(in.Conn.Caps())
	r.serverProblems(in)
	if in.Job != nil {
		if err := r.dataFile(ctx, in); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(r.Problems, func(a, b Problem) int { return a.rank() - b.rank() })
	return r, nil
}

func (r *Result) server(in Input, boxes []imapconn.Mailbox) {
	prefix, delim := in.Conn.Personal()
	id := in.Conn.ServerID()
	r.Server = Server{
		Server: report.Server{Host: in.Config.Host, Port: in.Config.Port, User: in.Config.User, Software: software(id)},
		Prefix: prefix, AppendLimit: in.Facts.AppendLimit, Download: in.Facts.Download,
		Special: []Special{}, Quota: []Quota{}, Flags: []string{},
	}
	s := &r.Server
	if delim != 0 {
		s.Delimiter = string(delim)
	}
	if t := in.Facts.TLS; t != nil {
		s.TLS = &TLS{Version: t.Version, Cipher: t.Cipher, Issuer: t.Issuer, Names: t.Names, NotAfter: t.NotAfter.UTC().Format(time.RFC3339)}
	}
	for _, m := range boxes {
		if m.Role != "" {
			s.Special = append(s.Special, Special{m.Role, m.Name})
		}
	}
	slices.SortFunc(s.Special, func(a, b Special) int {
		return slices.Compare([]string{a.Role, a.Mailbox}, []string{b.Role, b.Mailbox})
	})
	for _, q := range in.Facts.Quota {
		s.Quota = append(s.Quota, Quota(q))
	}
	s.Flags = append(s.Flags, in.Facts.Storable...)
	s.Keywords = keywords(in.Facts)
	for _, d := range in.Facts.RoundTrips {
		s.RoundTripMS = append(s.RoundTripMS, float64(d.Microseconds())/1000)
	}
}

func software(id map[string]string) string {
	if v := id["version"]; v != "" {
		return id["name"] + " " + v
	}
	return id["name"]
}

// keywords says which of the marks that are no system flags can be stored.
func keywords(f *imapconn.Facts) string {
	if f.FlagsOf == "" {
		return "unknown"
	}
	const made = "a keyword that no server has yet"
	stored, _ := plan.Flags([]string{made}, f.Storable)
	switch {
	case len(stored) > 0:
		return "any"
	case slices.ContainsFunc(f.Storable, func(s string) bool { return s != "" && s[0] != '\\' }):
		return "some"
	}
	return "none"
}
