// Package fault stands between clients and a real server and makes the server refuse, fall silent or break off by a script.
//
// It understands as much of IMAP as is needed to know where a command begins and ends. Clients may use TLS, the server is
// spoken to in plain text. Extensions that would blind it, STARTTLS and COMPRESS, are not offered.
package fault

import (
	"crypto/tls"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// When is the moment of a fault.
type When int

const (
	// Early is when the command's first line is there. A synchronizing literal is never asked for; others are read and dropped
	// first if the client is still to hear something.
	Early When = iota
	// Late is when the whole command is there with its literals. The server sees nothing of it.
	Late
	// Done is when the server has obeyed and answers: the client does not hear it.
	Done
)

// Do is what happens.
type Do int

const (
	// Answer gives the text as the command's tagged answer, e.g. "NO [OVERQUOTA] mailbox is full". The connection lives on.
	Answer Do = iota
	// Bye sends the text behind "* BYE " and ends the connection.
	Bye
	// Alert ends the connection with a fatal TLS alert; one without TLS, or at Done, is reset.
	Alert
	// Silence passes nothing on any more, in either direction, and keeps the connection open.
	Silence
	// Reset breaks the connection.
	Reset
	// Finish ends the connection without a word.
	Finish
)

// Fault is one line of the script. The conditions must hold all; the zero value of each holds always.
type Fault struct {
	Command string // "" is APPEND; "UID FETCH" and the like have two words
	Mailbox string // the command's first argument, as on the wire but without quotes
	Larger  int64  // a literal of the command has more than so many bytes
	Nth     int    // it is the nth command, counted from 1, for which all the above hold; 0 is each of them
	From    int    // it is the nth or a later one

	When When
	Do   Do
	Text string
}

// Options say what the relay changes besides.
type Options struct {
	Hide  []string // capabilities that are not passed on, e.g. "MULTIAPPEND", "LITERAL+"
	Offer []string // capabilities that the server is said to have

	// Appended and Fetched change whole messages on their way to the server, which must have LITERAL+, and to the client; nil
	// leaves them as they are. What is announced of a message's length on the line before it is right again afterwards.
	Appended, Fetched func(message []byte) []byte
}

// Relay passes on what clients and the server say, except where the script wants otherwise.
type Relay struct {
	target string
	tls    *tls.Config
	opt    Options

	mu     sync.Mutex
	faults []*scripted
	fired  []string
	lines  []string
	ports  ports
}

type scripted struct {
	Fault
	seen int
}

// New makes a relay to the server that listens for plain text at target. End it with [Relay.Close].
func New(target string, cert tls.Certificate, o Options) *Relay {
	o.Hide = append(slices.Clone(o.Hide), "STARTTLS", "COMPRESS=DEFLATE")
	return &Relay{target: target, tls: &tls.Config{Certificates: []tls.Certificate{cert}}, opt: o, ports: ports{conns: map[*session]bool{}}}
}

// Script replaces the script; counting begins anew. Without faults everything is passed on.
func (r *Relay) Script(faults ...Fault) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = nil
	for _, f := range faults {
		if f.Command == "" {
			f.Command = "APPEND"
		}
		r.faults = append(r.faults, &scripted{Fault: f})
	}
}

// Fired returns the first lines of the commands that met a fault, in order.
func (r *Relay) Fired() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.fired)
}

// Commands returns the first lines of all commands whose names begin so, in order, over all connections.
func (r *Relay) Commands(name string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, line := range r.lines {
		_, rest, _ := strings.Cut(line, " ")
		if len(rest) >= len(name) && strings.EqualFold(rest[:len(name)], name) {
			out = append(out, line)
		}
	}
	return out
}

// match notes a command and finds its fault. line is the command up to its first literal.
func (r *Relay) match(line string) *Fault {
	_, rest, _ := strings.Cut(line, " ")
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, line)
	var hit *Fault
	for _, f := range r.faults {
		if !f.holds(rest) {
			continue
		}
		f.seen++
		if hit == nil && (f.Nth == 0 || f.Nth == f.seen) && f.seen >= f.From {
			hit = &f.Fault
		}
	}
	if hit != nil {
		r.fired = append(r.fired, line)
	}
	return hit
}

// holds tells whether all but the count fits.
func (f *Fault) holds(rest string) bool {
	n := len(f.Command)
	if len(rest) < n || !strings.EqualFold(rest[:n], f.Command) || len(rest) > n && rest[n] != ' ' {
		return false
	}
	if f.Mailbox != "" {
		arg := strings.TrimPrefix(rest[n:], " ")
		if quoted, ok := strings.CutPrefix(arg, `"`); ok {
			arg, _, _ = strings.Cut(quoted, `"`)
		} else {
			arg, _, _ = strings.Cut(arg, " ")
		}
		if arg != f.Mailbox {
			return false
		}
	}
	size, _, ok := announced(rest)
	return f.Larger == 0 || ok && size > f.Larger
}

// announced reads the literal at the end of a line (RFC 9051 4.3, RFC 7888); waits tells that the client waits to be asked
// for it.
func announced(line string) (size int64, waits, ok bool) {
	i := strings.LastIndexByte(line, '{')
	if i < 0 || !strings.HasSuffix(line, "}") {
		return 0, false, false
	}
	digits, plus := strings.CutSuffix(line[i+1:len(line)-1], "+")
	size, err := strconv.ParseInt(digits, 10, 63)
	return size, !plus, err == nil && size >= 0
}

// capabilities changes what a line of the server says about them, if anything.
func (r *Relay) capabilities(line string) string {
	before, list, ok := strings.Cut(line, "CAPABILITY ")
	if !ok || before != "* " && !strings.HasSuffix(before, "[") {
		return line
	}
	list, after := strings.TrimRight(list, "\r\n"), "\r\n"
	if before != "* " {
		end := strings.IndexByte(list, ']')
		if end < 0 {
			return line
		}
		list, after = list[:end], list[end:]+"\r\n"
	}
	names := slices.DeleteFunc(strings.Fields(list), func(name string) bool {
		return slices.ContainsFunc(r.opt.Hide, func(hidden string) bool { return strings.EqualFold(name, hidden) })
	})
	return before + "CAPABILITY " + strings.Join(append(names, r.opt.Offer...), " ") + after
}
