package imapconn

import (
	"bytes"
	"strconv"
)

// lineTail is enough of a line to see a literal announced.
const lineTail = 24

// lineCutter follows a stream line by line. Literals are passed over; where one begins is for its user to say, who sets skip.
type lineCutter struct {
	head, tail []byte // of the line under way
	length     int    // of that line, in bytes
	skip       int64  // bytes of a literal that are still to come
}

// cut takes the next bytes of the stream, keeps the first bytes of each line, at most so many, and calls end behind each.
func (c *lineCutter) cut(p []byte, keep int, end func()) {
	for len(p) > 0 {
		if c.skip > 0 {
			k := min(c.skip, int64(len(p)))
			p, c.skip = p[k:], c.skip-k
			continue
		}
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			c.add(p, keep)
			return
		}
		c.add(p[:i+1], keep)
		end()
		p = p[i+1:]
	}
}

func (c *lineCutter) add(p []byte, keep int) {
	c.length += len(p)
	if room := keep - len(c.head); room > 0 {
		c.head = append(c.head, p[:min(room, len(p))]...)
	}
	c.tail = append(c.tail, p[max(0, len(p)-lineTail):]...)
	c.tail = c.tail[max(0, len(c.tail)-lineTail):]
}

// restart begins a new line.
func (c *lineCutter) restart() { c.head, c.tail, c.length = c.head[:0], c.tail[:0], 0 }

// literalSize reports the size of the literal that line announces at its end, as in `… {12}\r\n` (RFC 9051 section 4.3).
func literalSize(line []byte) (int64, bool) {
	s, ok := bytes.CutSuffix(bytes.TrimRight(line, "\r\n"), []byte("}"))
	i := bytes.LastIndexByte(s, '{')
	if !ok || i < 0 {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s[i+1:]), 10, 62)
	return int64(n), err == nil
}
