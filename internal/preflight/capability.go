package preflight

import "github.com/pst2imap/pst2imap/internal/imapconn"

// Capability is one that matters for a run.
type Capability struct {
	Name    string `json:"name"`
	Offered bool   `json:"offered"`
	Means   string `json:"means"`
}

// capabilities are those that a run makes use of, and what it is with and without
// each of them.
func (r *Result) capabilities(caps imapconn.Caps) {
	for _, c := range []struct{ name, with, without string }{
		{"UIDPLUS", "the server tells where each message went", "the program looks for what arrived afterwards"},
		{"MULTIAPPEND", "many messages in one command", "one command for each message"},
		{"LITERAL+", "messages are sent without waiting for the server", "the server is asked before each larger message"},
		{"NAMESPACE", "the server says where your folders go", "they go to the top"},
		{"SPECIAL-USE", "the server says which of its folders are for sent mail, drafts, trash and junk", "they are found by their names"},
		{"QUOTA", "the server says how much room there is", "whether there is room enough is only seen when it is full"},
		{"APPENDLIMIT", "the server says how large a message may be", "which messages are too large is only seen when they are refused"},
		{"COMPRESS=DEFLATE", "a slow line can carry more", "mail travels as it is"},
	} {
		out := Capability{Name: c.name, Offered: caps.Has(c.name), Means: c.without}
		if c.name == "APPENDLIMIT" {
			_, known := caps.AppendLimit()
			out.Offered = out.Offered || known
		}
		if out.Offered {
			out.Means = c.with
		}
		r.Capabilities = append(r.Capabilities, out)
	}
}
