package imapconn

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
)

// base64UTF7 is base64 with "," for "/" and without padding.
var base64UTF7 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding)

// decodeUTF7 decodes a mailbox name in modified UTF-7 (RFC 3501 5.1.3). What is not well formed stays as it is: it may be UTF-8.
func decodeUTF7(name string) string {
	var out strings.Builder
	rest := name
	for {
		plain, after, found := strings.Cut(rest, "&")
		out.WriteString(plain)
		if !found {
			return out.String()
		}
		code, next, closed := strings.Cut(after, "-")
		text, ok := decodeShift(code)
		if !closed || !ok {
			return name
		}
		out.WriteString(text)
		rest = next
	}
}

// decodeShift decodes what stands between "&" and "-".
func decodeShift(code string) (string, bool) {
	if code == "" {
		return "&", true
	}
	b, err := base64UTF7.DecodeString(code)
	if err != nil || len(b)%2 != 0 {
		return "", false
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i < len(b); i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(units)), true
}

// encodeUTF7 writes a mailbox name in modified UTF-7 (RFC 3501 5.1.3).
func encodeUTF7(name string) string {
	var out strings.Builder
	var shifted []rune
	flush := func() {
		if len(shifted) == 0 {
			return
		}
		var b []byte
		for _, u := range utf16.Encode(shifted) {
			b = append(b, byte(u>>8), byte(u))
		}
		out.WriteString("&" + base64UTF7.EncodeToString(b) + "-")
		shifted = shifted[:0]
	}
	for _, r := range name {
		switch {
		case r < ' ' || r > '~':
			shifted = append(shifted, r)
			continue
		case r == '&':
			flush()
			out.WriteString("&-")
			continue
		}
		flush()
		out.WriteRune(r)
	}
	flush()
	return out.String()
}
