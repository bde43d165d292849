package fault

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// isAppend tells whether a command stores messages.
func isAppend(line string) bool {
	_, rest, _ := strings.Cut(line, " ")
	return len(rest) >= 6 && strings.EqualFold(rest[:6], "APPEND")
}

var messageLine = regexp.MustCompile(`(?i) FETCH .*BODY\[\] \{[0-9]+\}\r\n$`)

// isMessage tells whether a whole message follows a line of the server.
func isMessage(line string) bool { return messageLine.MatchString(line) }

// literalOf reads what a line announces.
func literalOf(br *bufio.Reader, line string) ([]byte, error) {
	size, _, _ := announced(strings.TrimRight(line, "\r\n"))
	b := make([]byte, size)
	_, err := io.ReadFull(br, b)
	return b, err
}

// announcing is a line that announces another length.
func announcing(line string, size int, plus string) string {
	return fmt.Sprintf("%s{%d%s}\r\n", line[:strings.LastIndexByte(line, '{')], size, plus)
}

// passChanged sends an APPEND with changed messages. The client is asked for each
// here, and the server is not.
func (s *session) passChanged(tag, text string) bool {
	var changed strings.Builder
	for {
		_, waits, ok := announced(text)
		if !ok {
			break
		}
		if waits && (!s.settle() || !s.say("+ go ahead\r\n")) {
			return false
		}
		message, err := literalOf(s.up, text)
		if err != nil {
			return false
		}
		message = s.relay.opt.Appended(message)
		changed.WriteString(announcing(text, len(message), "+") + string(message))
		line, err := readLine(s.up)
		if err != nil {
			return false
		}
		text = strings.TrimRight(line, "\r\n")
	}
	changed.WriteString(text + "\r\n")
	s.mu.Lock()
	s.open[tag] = nil
	s.mu.Unlock()
	_, err := io.WriteString(s.server, changed.String())
	return err == nil
}
