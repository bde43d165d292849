package eml

import "bytes"

// Object identifiers of content types of CMS (RFC 5652, 5083, 3274), without
// tag and length.
const (
	oidSigned        = "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02"
	oidEnveloped     = "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03"
	oidAuthEnveloped = "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17"
	oidCompressed    = "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x09"
)

// Tags of ASN.1 as CMS uses them (X.690 8.1.2).
const (
	tagOID      = 0x06
	tagSequence = 0x30
	tagSet      = 0x31
	tagContext0 = 0xA0
)

// element is a value in BER (X.690 8.1). Its contents end where the data does
// when only the beginning of it is there.
type element struct {
	tag  byte
	body []byte
}

// header is identifier and length of an element; size is -1 when the element
// ends with an end-of-contents mark.
func berHeader(b []byte) (tag byte, size, used int, ok bool) {
	if len(b) < 2 || b[0]&0x1F == 0x1F {
		return 0, 0, 0, false
	}
	tag, n := b[0], int(b[1])
	switch {
	case n < 0x80:
		return tag, n, 2, true
	case n == 0x80:
		return tag, -1, 2, tag&0x20 != 0
	case n > 0x84 || len(b) < 2+n-0x80:
		return 0, 0, 0, false
	}
	for _, c := range b[2 : 2+n-0x80] {
		size = size<<8 | int(c)
	}
	return tag, size, 2 + n - 0x80, size >= 0
}

// cutElement takes the first element.
func cutElement(b []byte) (e element, rest []byte, ok bool) {
	tag, size, used, ok := berHeader(b)
	if !ok {
		return element{}, nil, false
	}
	b = b[used:]
	if size < 0 {
		n, end := berLength(b)
		return element{tag, b[:n]}, b[end:], true
	}
	n := min(size, len(b))
	return element{tag, b[:n]}, b[n:], true
}

// berLength is the length of contents that end with an end-of-contents mark,
// and where that ends.
func berLength(b []byte) (n, end int) {
	for depth, at := 0, 0; at < len(b); {
		if bytes.HasPrefix(b[at:], []byte{0, 0}) {
			if depth--; depth < 0 {
				return at, at + 2
			}
			at += 2
			continue
		}
		_, size, used, ok := berHeader(b[at:])
		if !ok {
			break
		}
		if at += used; size < 0 {
			depth++
		} else {
			at += min(size, len(b)-at)
		}
	}
	return len(b), len(b)
}

// smimeType is the smime-type parameter (RFC 8551 3.2.2) of CMS data, of which
// the beginning is enough. ok is false when it is no CMS; the type of content that
// is not known is empty.
func smimeType(b []byte) (name string, ok bool) {
	info, _, ok := cutElement(b)
	if !ok || info.tag != tagSequence {
		return "", false
	}
	oid, rest, ok := cutElement(info.body)
	if !ok || oid.tag != tagOID || len(oid.body) < 3 {
		return "", false
	}
	content, _, ok := cutElement(rest)
	if !ok || content.tag != tagContext0 {
		return "", false
	}
	switch string(oid.body) {
	case oidSigned:
		if certificatesOnly(content.body) {
			return "certs-only", true
		}
		return "signed-data", true
	case oidEnveloped:
		return "enveloped-data", true
	case oidAuthEnveloped:
		return "authEnveloped-data", true
	case oidCompressed:
		return "compressed-data", true
	}
	return "", true
}

// certificatesOnly tells whether SignedData (RFC 5652 5.1) has neither content
// nor signers: it only carries certificates.
func certificatesOnly(b []byte) bool {
	data, _, ok := cutElement(b)
	if !ok || data.tag != tagSequence {
		return false
	}
	var list []element
	for rest := data.body; ok && len(rest) > 0 && len(list) < 8; {
		var e element
		if e, rest, ok = cutElement(rest); ok {
			list = append(list, e)
		}
	}
	// version, digest algorithms, encapsulated content, …, signers
	if len(list) < 4 || list[2].tag != tagSequence {
		return false
	}
	_, content, _ := cutElement(list[2].body) // after the type
	signers := list[len(list)-1]
	return len(content) == 0 && signers.tag == tagSet && len(signers.body) == 0
}
