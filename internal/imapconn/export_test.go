package imapconn

import "encoding/base64"

// What the tests of the outside need to see of the inside.
var (
	CheckFlags     = checkFlags
	IsKeyword      = isKeyword
	DecodeUTF7     = decodeUTF7
	ParseValues    = func(b []byte) error { _, err := parseValues(b); return err }
	CheckLineBytes = func(chunks ...[]byte) error {
		var c lineCheck
		for _, p := range chunks {
			if _, err := c.Write(p); err != nil {
				return err
			}
		}
		return c.end()
	}
	Mask = func(secret, text string) string {
		var s secrets
		s.add(secret)
		s.addSent(base64.StdEncoding.EncodeToString([]byte("\x00anna\x00" + secret)))
		return s.mask(text)
	}
	ScanBye = func(chunks ...[]byte) string {
		var s byeScanner
		for _, p := range chunks {
			if s.feed(p) != nil {
				return "endless"
			}
		}
		return s.text
	}
)
