package plan

// maxName is the longest mailbox name planned, in bytes of modified UTF-7. File
// systems below the servers end at 255 bytes, and no server allows less.
const maxName = 255

// utf7Len is the length in bytes of s in modified UTF-7 (RFC 3501 5.1.3).
func utf7Len(s string) int {
	var c utf7Counter
	for _, r := range s {
		c.add(r)
	}
	return c.len()
}

// cutToUTF7 returns the longest beginning of s, ending between two characters,
// that takes at most limit bytes of modified UTF-7.
func cutToUTF7(s string, limit int) string {
	var c utf7Counter
	for i, r := range s {
		c.add(r)
		if c.len() > limit {
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
