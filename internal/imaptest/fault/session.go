package fault

import (
	"bufio"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// session is one client's connection.
type session struct {
	relay  *Relay
	raw    net.Conn // the client's connection
	client net.Conn // the same or TLS over it
	server net.Conn
	bad    *poisoned // nil without TLS
	up     *bufio.Reader

	write sync.Mutex // holds whole responses together

	mu      sync.Mutex
	changed *sync.Cond
	open    map[string]*Fault // by tag: commands without an answer so far, with the fault to come
	asking  bool              // the server has asked for a literal
	over    bool              // nothing is passed on any more
	hung    chan struct{}     // closed when the connection is closed
	once    sync.Once
}

func newSession(r *Relay, client, server net.Conn) *session {
	s := &session{relay: r, raw: client, client: client, server: server, open: map[string]*Fault{}, hung: make(chan struct{})}
	s.changed = sync.NewCond(&s.mu)
	return s
}

// run passes on until the connection is at its end.
func (s *session) run() {
	s.up = bufio.NewReader(s.client)
	var down sync.WaitGroup
	down.Go(s.down)
	for s.command() {
	}
	if s.isOver() {
		<-s.hung
	}
	s.end(false)
	down.Wait()
}

// end closes both sides.
func (s *session) end(broken bool) {
	s.mu.Lock()
	s.over = true
	s.changed.Broadcast()
	s.mu.Unlock()
	s.once.Do(func() { close(s.hung) })
	if broken {
		reset(s.raw)
	}
	_ = s.client.Close() // may be closed already
	_ = s.server.Close()
}

// readLine reads up to a line end, which is part of the line.
func readLine(br *bufio.Reader) (string, error) {
	line, err := br.ReadString('\n')
	if err != nil {
		return "", err // half a line is none
	}
	return line, nil
}

// command reads one command and passes it on, or not; false is the end.
func (s *session) command() bool {
	line, err := readLine(s.up)
	if err != nil || s.isOver() {
		return false
	}
	text := strings.TrimRight(line, "\r\n")
	tag, _, isCommand := strings.Cut(text, " ")
	if !isCommand { // DONE, and what SASL mechanisms say
		_, err := io.WriteString(s.server, line)
		return err == nil
	}
	f := s.relay.match(text)
	if f == nil && s.relay.opt.Appended != nil && isAppend(text) {
		return s.passChanged(tag, text)
	}
	switch {
	case f == nil, f.When == Done:
		return s.pass(tag, line, f)
	case f.When == Early && f.Do != Answer:
		return s.do(tag, f)
	}
	return s.swallow(text, f.When == Late) && s.do(tag, f)
}

// pass sends a command to the server with all its literals.
func (s *session) pass(tag, line string, f *Fault) bool {
	s.mu.Lock()
	s.open[tag], s.asking = f, false // what other commands were asked for is said
	s.mu.Unlock()
	for {
		if _, err := io.WriteString(s.server, line); err != nil {
			return false
		}
		size, waits, ok := announced(strings.TrimRight(line, "\r\n"))
		if !ok {
			return true
		}
		if waits {
			switch asked, alive := s.asked(tag); {
			case !alive:
				return false
			case !asked:
				return true // the server has refused the command
			}
		}
		if _, err := io.CopyN(s.server, s.up, size); err != nil {
			return false
		}
		var err error
		if line, err = readLine(s.up); err != nil {
			return false
		}
	}
}

// asked waits until the server asks for a literal or answers the command.
func (s *session) asked(tag string) (asked, alive bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		_, open := s.open[tag]
		switch {
		case s.over:
			return false, false
		case s.asking:
			s.asking = false
			return true, true
		case !open:
			return false, true
		}
		s.changed.Wait()
	}
}

// swallow reads the rest of a command that the server shall not see. Literals that the client waits to be asked for are
// asked for only if all means that; else they are the end of the command.
func (s *session) swallow(text string, all bool) bool {
	for {
		size, waits, ok := announced(text)
		if !ok || waits && !all {
			return true
		}
		if waits && (!s.settle() || !s.say("+ go ahead\r\n")) {
			return false
		}
		if _, err := io.CopyN(io.Discard, s.up, size); err != nil {
			return false
		}
		line, err := readLine(s.up)
		if err != nil {
			return false
		}
		text = strings.TrimRight(line, "\r\n")
	}
}

// settle waits until the server has answered all earlier commands: answers come in the order of the commands.
func (s *session) settle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.open) > 0 && !s.over {
		s.changed.Wait()
	}
	return !s.over
}

func (s *session) say(text string) bool {
	s.write.Lock()
	defer s.write.Unlock()
	_, err := io.WriteString(s.client, text)
	return err == nil
}

// do makes the fault happen; false is the end of the connection.
func (s *session) do(tag string, f *Fault) bool {
	if f.When != Done && !s.settle() {
		return false
	}
	switch f.Do {
	case Answer:
		return s.say(tag + " " + f.Text + "\r\n")
	case Bye:
		s.say("* BYE " + f.Text + "\r\n")
		s.leave()
	case Alert:
		s.alert()
	case Silence:
		s.mu.Lock()
		s.over = true
		s.changed.Broadcast()
		s.mu.Unlock()
	case Reset:
		s.end(true)
	case Finish:
		s.leave()
	}
	return false
}

// alert makes TLS complain. It reads for that, so it belongs to the side that reads from the client.
func (s *session) alert() {
	if s.bad == nil {
		s.end(true)
		return
	}
	s.bad.bad = true
	_, _ = io.Copy(io.Discard, s.client) // fails by design, after what was read before
	s.leave()
}

// leaving is how long a client may go on sending before it hears what was said last.
const leaving = 2 * time.Second

// leave ends the connection so that the client hears what was said before: closing it with unread data would be a reset.
func (s *session) leave() {
	if tcp, ok := s.raw.(*net.TCPConn); ok {
		_ = tcp.CloseWrite() // the client may have closed it
		_ = tcp.SetReadDeadline(time.Now().Add(leaving))
		_, _ = io.Copy(io.Discard, tcp)
	}
	s.end(false)
}

func (s *session) isOver() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

// down passes on what the server says.
func (s *session) down() {
	br := bufio.NewReader(s.server)
	for {
		line, err := readLine(br)
		if err != nil {
			if !s.isOver() {
				s.end(false)
			}
			return
		}
		tag, _, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		if !s.response(br, tag, line) {
			return
		}
	}
}

// response passes on one response with its literals, or does what the script wants when the command is done.
func (s *session) response(br *bufio.Reader, tag, line string) bool {
	s.mu.Lock()
	f, answered := s.open[tag]
	over := s.over
	s.mu.Unlock()
	switch {
	case over:
		return false
	case f != nil && f.Do == Alert:
		s.end(true)
		return false
	case f != nil:
		s.forget(tag)
		return s.do(tag, f)
	}
	s.write.Lock()
	ok := s.copyResponse(br, line)
	s.write.Unlock()
	if answered {
		s.forget(tag)
	}
	if tag == "+" {
		s.mu.Lock()
		s.asking = true
		s.changed.Broadcast()
		s.mu.Unlock()
	}
	return ok
}

func (s *session) forget(tag string) {
	s.mu.Lock()
	delete(s.open, tag)
	s.changed.Broadcast()
	s.mu.Unlock()
}

func (s *session) copyResponse(br *bufio.Reader, line string) bool {
	for {
		if change := s.relay.opt.Fetched; change != nil && isMessage(line) {
			message, err := literalOf(br, line)
			if err != nil {
				return false
			}
			message = change(message)
			if _, err := io.WriteString(s.client, announcing(line, len(message), "")+string(message)); err != nil {
				s.end(true)
				return false
			}
			if line, err = readLine(br); err != nil {
				return false
			}
			continue
		}
		if _, err := io.WriteString(s.client, s.relay.capabilities(line)); err != nil {
			s.end(true)
			return false
		}
		size, _, ok := announced(strings.TrimRight(line, "\r\n"))
		if !ok {
			return true
		}
		if _, err := io.CopyN(s.client, br, size); err != nil {
			s.end(true)
			return false
		}
		var err error
		if line, err = readLine(br); err != nil {
			return false
		}
	}
}
