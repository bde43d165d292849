package plan

import "unicode/utf8"

// Names go to servers in modified UTF-7, also where UTF8=ACCEPT is offered: a
// server has to take it until a client enables the other (RFC 6855 3), and two
// forms of one name would be two chances to create it twice.

// maxName is the longest mailbox name planned, see nameLen. File systems below
// the servers end at 255 bytes, and the Maildir++ of Dovecot and Courier makes
// the whole path one directory with a dot before it.
const maxName = 254

// nameLen is the length in bytes of s on the wire or, where that is more, in
// UTF-8: Dovecot may be told to store names that way, and takes 90 letters of
// Chinese or Japanese then for too many.
func nameLen(s string) int { return max(utf7Len(s), len(s)) }

// utf7Len is the length in bytes of s in modified UTF-7 (RFC 3501 5.1.3).
func utf7Len(s string) int {
	var c utf7Counter
	for _, r := range s {
		c.add(r)
	}
	return c.len()
}

// cutName returns the longest beginning of s, ending between two characters,
// whose nameLen is at most limit.
func cutName(s string, limit int) string {
	var c utf7Counter
	for i, r := range s {
		c.add(r)
		if max(c.len(), i+utf8.RuneLen(r)) > limit {
			return s[:i]
		}
	}
	return s
}

// utf7Counter counts the bytes of a string in modified UTF-7 as it grows.
type utf7Counter struct {
	done  int // bytes of what is closed
	units int // UTF-16 code units of the open base64 run
}

// add appends one character.
func (c *utf7Counter) add(r rune) {
	switch {
	case r < 0x20 || r > 0x7e:
		c.units++
		if r > 0xffff {
			c.units++
		}
		return
	case r == '&':
		c.close()
		c.done += len("&-")
	default:
		c.close()
		c.done++
	}
}

// close ends an open base64 run.
func (c *utf7Counter) close() {
	c.done = c.len()
	c.units = 0
}

// len is the length if the string ended here.
func (c *utf7Counter) len() int {
	if c.units == 0 {
		return c.done
	}
	// "&", six bits for each base64 character, "-".
	return c.done + 2 + (c.units*16+5)/6
}
