package imapconn

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxResponse bounds one response during sign-in, literals included.
const maxResponse = 64 << 10

var errProtocol = errors.New("server does not follow the protocol")

// readResponse reads one response with its literals, without the line end.
func readResponse(br *bufio.Reader) ([]byte, error) {
	var line []byte
	start := 0 // of the text after the last literal
	for {
		part, err := br.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxResponse:
			return nil, fmt.Errorf("%w: response of more than %d bytes", errProtocol, maxResponse)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return nil, err
		}
		n, ok := literalSize(line[start:])
		if !ok {
			return bytes.TrimRight(line, "\r\n"), nil
		}
		if n > maxResponse {
			return nil, fmt.Errorf("%w: literal of %d bytes", errProtocol, n)
		}
		line = append(line, make([]byte, n)...)
		start = len(line)
		if _, err := io.ReadFull(br, line[start-int(n):]); err != nil {
			return nil, err
		}
	}
}

// response is one response of the server (RFC 9051 section 7), as far as sign-in needs to understand it.
type response struct {
	tag  string // "*", "+" or the tag of our command
	kind string // in upper case: "OK", "NO", "BAD", "BYE", "PREAUTH", "CAPABILITY", …
	rest []byte // what follows the kind

	// Of the status responses only:
	code string // in upper case, or ""
	args string // what follows the code inside the brackets
	text string
}

// isStatus tells whether a line is a status response, whose text may look like anything (RFC 9051 7.1).
func isStatus(line []byte) bool {
	_, rest, _ := bytes.Cut(line, []byte(" "))
	kind, _, _ := bytes.Cut(rest, []byte(" "))
	switch string(bytes.ToUpper(bytes.TrimRight(kind, "\r\n"))) {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		return true
	}
	return false
}

// parseResponse never fails: what it does not understand ends up in rest or text.
func parseResponse(line []byte) response {
	tag, rest, _ := bytes.Cut(line, []byte(" "))
	r := response{tag: string(tag)}
	if r.tag == "+" {
		r.rest = rest
		return r
	}
	kind, rest, _ := bytes.Cut(rest, []byte(" "))
	r.kind, r.rest = strings.ToUpper(string(kind)), rest
	switch r.kind {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		r.code, r.args, r.text = splitCode(string(rest))
	}
	return r
}

// splitCode separates a response code from the text after it.
//
// QUIRK(Exchange): what is inside may be no code, as in `[Error="Failed to …" AuthResultFromPopImapEnd=0]`; then it is text.
func splitCode(s string) (code, args, text string) {
	s = strings.TrimSpace(s)
	inside, after, ok := strings.Cut(s, "]")
	if !ok || !strings.HasPrefix(inside, "[") {
		return "", "", s
	}
	code, args, _ = strings.Cut(inside[1:], " ")
	if strings.ContainsAny(code, `="`) {
		return "", "", s
	}
	return strings.ToUpper(code), args, strings.TrimSpace(after)
}

// capabilities returns the list that r carries, as data or as a response code.
func (r response) capabilities() (Caps, bool) {
	switch {
	case r.kind == "CAPABILITY":
		return parseCaps(string(r.rest)), true
	case r.code == "CAPABILITY":
		return parseCaps(r.args), true
	}
	return nil, false
}
