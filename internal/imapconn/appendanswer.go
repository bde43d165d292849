package imapconn

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// listen reads what the server says until the connection ends.
func (a *Appender) listen() {
	for {
		line, err := readResponse(a.br)
		if err != nil {
			a.lose(err)
			return
		}
		a.take(parseResponse(line))
	}
}

// take handles one response.
func (a *Appender) take(r response) {
	switch r.tag {
	case "+":
		a.proceed()
	case "*":
		if r.kind == "BYE" {
			a.mu.Lock()
			a.bye = withCode(r.code, r.text)
			a.mu.Unlock()
		}
	default:
		if !a.compressed(r) {
			a.answer(r)
		}
	}
}

// proceed wakes the command that waits for the server's consent: the last one, since nothing is sent behind it.
func (a *Appender) proceed() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.pending) == 0 {
		return
	}
	select {
	case a.pending[len(a.pending)-1].proceed <- struct{}{}:
	default: // one more than was asked for
	}
}

// answer ends the command that r is about.
func (a *Appender) answer(r response) {
	c := a.find(r.tag)
	if c == nil {
		return // nobody asked
	}
	o := Outcome{Took: time.Since(c.started)}
	switch r.kind {
	case "OK":
		o.Appended = appendUIDs(r, len(c.batch.Messages))
	default:
		refused := &AppendError{Mailbox: c.batch.Mailbox, Status: r.kind, Code: r.code, Text: r.text}
		if r.kind != "NO" && a.isUnasked(c) {
			refused.Closed = true
			a.wire.kill(refused) // before the server reads the message as commands
		}
		o.Err = refused
	}
	close(c.answered)
	c.done(o)
	a.mu.Lock()
	a.pending = slices.DeleteFunc(a.pending, func(p *command) bool { return p == c })
	a.mu.Unlock()
	a.rest()
}

func (a *Appender) isUnasked(c *command) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return c.unasked
}

// find is the command with the given tag.
func (a *Appender) find(tag string) *command {
	a.mu.Lock()
	defer a.mu.Unlock()
	if i := slices.IndexFunc(a.pending, func(c *command) bool { return c.tag == tag }); i >= 0 {
		return a.pending[i]
	}
	return nil
}

// lose ends every command that has no answer.
func (a *Appender) lose(err error) {
	a.wire.fail(err)
	a.mu.Lock()
	a.gone = lostError("append", a.cfg.addr(), a.bye, a.wire, err)
	lost := slices.Clone(a.pending)
	if a.squeeze != nil {
		a.squeeze.answered <- false
		a.squeeze = nil
	}
	a.mu.Unlock()
	for _, c := range lost {
		close(c.answered)
		c.done(Outcome{Err: a.lossOf(c), Took: time.Since(c.started)})
	}
	a.mu.Lock()
	a.pending = nil
	a.mu.Unlock()
	a.rest()
}

// lossOf is what the end of the connection means for one command.
func (a *Appender) lossOf(c *command) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case c.failed != nil:
		return c.failed
	case c.sent:
		return fmt.Errorf("%w: %w", ErrUnknownOutcome, a.gone)
	}
	return a.gone
}

// appendUIDs reads the UIDs of n messages out of an APPENDUID code (RFC 4315 section 3). What does not fit counts as not told.
func appendUIDs(r response, n int) []Appended {
	validity, set, _ := strings.Cut(r.args, " ")
	v, err := strconv.ParseUint(validity, 10, 32)
	if r.code != "APPENDUID" || err != nil {
		return nil
	}
	var out []Appended
	for part := range strings.SplitSeq(set, ",") {
		low, high, isRange := strings.Cut(part, ":")
		if !isRange {
			high = low
		}
		from, err1 := strconv.ParseUint(low, 10, 32)
		to, err2 := strconv.ParseUint(high, 10, 32)
		if from > to {
			from, to = to, from
		}
		if err1 != nil || err2 != nil || from == 0 || to-from >= uint64(n) {
			return nil
		}
		for uid := from; uid <= to; uid++ {
			out = append(out, Appended{UIDValidity: uint32(v), UID: uint32(uid)})
		}
	}
	if len(out) != n {
		return nil
	}
	return out
}
