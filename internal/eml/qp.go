package eml

import (
	"encoding/base64"
	"strings"
)

const encodedLine = 76 // RFC 2045 6.7 and 6.8

// transfer is how a text is written: the value of Content-Transfer-Encoding and
// the encoded text, without a line end after its last line.
type transfer struct{ encoding, text string }

// encodeText chooses the transfer encoding of a text with CRLF line ends (B19):
// 7bit where that is possible, else the shorter of quoted-printable and base64.
func encodeText(text string) transfer {
	if fits7bit(text) {
		return transfer{"7bit", text}
	}
	if qp := quotedPrintable(text); len(qp) <= base64Size(len(text)) {
		return transfer{"quoted-printable", qp}
	}
	var b strings.Builder
	b.Grow(base64Size(len(text)))
	w := newBase64(&b)
	_, _ = w.Write([]byte(text)) // a builder does not fail
	_ = w.Close()
	return transfer{"base64", b.String()}
}

// fits7bit tells whether a text can go as it is. One that holds something like
// our boundaries cannot: it may quote another message that we made.
func fits7bit(text string) bool {
	line := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\n':
			line = 0
			continue
		case c == '\r' || c == '\t':
		case c < ' ' || c > '~':
			return false
		}
		if line++; line > maxLine+1 { // the CR of the line end
			return false
		}
	}
	return !strings.Contains(text, "--"+boundaryPrefix)
}

// quotedPrintable encodes a text with CRLF line ends (RFC 2045 6.7). Blanks at
// the end of a line are encoded, and so is the F of a line that begins with
// "From ", which mailbox files give a meaning.
func quotedPrintable(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/8)
	lines := strings.Split(text, "\r\n")
	for i, line := range lines {
		if i > 0 {
			b.WriteString("\r\n")
		}
		quoteLine(&b, line, i == len(lines)-1)
	}
	return b.String()
}

// quoteLine leaves room for a "=" at the end of an open line, which may be
// followed by a line end that is not in the text.
func quoteLine(b *strings.Builder, line string, open bool) {
	col := 0
	for i := range len(line) {
		c := line[i]
		last := i == len(line)-1
		plain := c >= ' ' && c <= '~' && c != '=' || c == '\t'
		if last && (c == ' ' || c == '\t') || i == 0 && strings.HasPrefix(line, "From ") {
			plain = false
		}
		n := 3
		if plain {
			n = 1
		}
		room := encodedLine
		if !last || open {
			room-- // for the "=" of a soft line break
		}
		if col+n > room {
			b.WriteString("=\r\n")
			col = 0
			// What stands first on a soft line must not look like a mailbox separator.
			if plain && strings.HasPrefix(line[i:], "From ") {
				plain, n = false, 3
			}
		}
		if plain {
			b.WriteByte(c)
		} else {
			b.WriteByte('=')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
		col += n
	}
}

// base64Size is the length of n bytes in base64 with line ends between lines.
func base64Size(n int) int {
	size := base64.StdEncoding.EncodedLen(n)
	return size + max(size-1, 0)/encodedLine*2
}
