package eml

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/pst2imap/pst2imap/internal/codepage"
	"github.com/pst2imap/pst2imap/internal/mapi"
)

// storedHTML is PidTagHtml as stored: bytes in a page that is to be found, or
// text that was Unicode already.
type storedHTML struct {
	raw  []byte
	text string
	wide bool
}

// storedHTML reads PidTagHtml; nil when there is none or only blanks.
func (it *item) storedHTML() *storedHTML {
	v, err := it.Value(mapi.HTML)
	if err != nil {
		if it.Has(mapi.HTML) {
			it.run.warn("B2", "HTML body: %v", err)
		}
		return nil
	}
	h := &storedHTML{raw: v.Data, wide: v.Type == mapi.TypeString}
	if h.wide {
		h.text = mapi.WholeUTF16(v.Data)
	}
	if v.Type.IsMultiple() || len(bytes.Trim(h.raw, blanks)) == 0 || h.wide && blank(h.text) {
		return nil
	}
	return h
}

// decode is the HTML as text whose declarations say UTF-8 (B16, B17).
func (h *storedHTML) decode(it *item) string {
	text := h.text
	if !h.wide {
		n, _ := it.Int(mapi.InternetCodepage)
		message, _ := it.Int(mapi.MessageCodepage)
		var lossy bool
		text, lossy = decodeHTML(h.raw, charsetHints{int(n), int(message), it.contentTypeCharset()})
		if lossy {
			it.run.warn("B16", "HTML body: bytes that no candidate character set defines")
		}
	}
	return declareUTF8(strings.TrimPrefix(text, "\uFEFF"))
}

// contentTypeCharset is the character set that the original message named.
func (it *item) contentTypeCharset() string {
	value, ok := lookup(it.stored, "Content-Type")
	if !ok {
		value = it.named(mapi.NameContentType)
	}
	_, params, _ := mime.ParseMediaType(value)
	return params["charset"]
}

// charsetHints are what an item says about the character set of its HTML.
type charsetHints struct {
	internet, message int // PidTagInternetCodepage, PidTagMessageCodepage; 0 when absent
	label             string
}

// decodeHTML decodes with the first candidate of B16 that defines every byte.
// Without one, the item's internet code page or windows-1252 is used and lossy
// is true.
func decodeHTML(b []byte, hints charsetHints) (text string, lossy bool) {
	for _, bom := range []struct {
		mark string
		cp   int
	}{{"\xEF\xBB\xBF", codepage.UTF8}, {"\xFF\xFE", codepage.UTF16LE}, {"\xFE\xFF", codepage.UTF16BE}} {
		if bytes.HasPrefix(b, []byte(bom.mark)) {
			if s, ok := codepage.DecodeStrict(bom.cp, b[len(bom.mark):]); ok {
				return s, false
			}
		}
	}
	for _, cp := range candidates(b, hints) {
		if s, ok := codepage.DecodeStrict(cp, b); ok {
			return s, false
		}
	}
	cp := codepage.Windows1252
	if _, ok := codepage.Lookup(hints.internet); ok && plausible(hints.internet, b) {
		cp = hints.internet
	}
	return codepage.Decode(cp, b)
}

// candidates are the code pages of B16 b to h in their order.
func candidates(b []byte, hints charsetHints) []int {
	var out []int
	meta := 0
	if label := declaredCharset(string(b[:min(len(b), declarationReach)])); label != "" {
		meta, _ = codepage.Label(label)
	}
	if n, valid := codepage.MultibyteUTF8(b); meta == codepage.UTF8 && valid && n > 0 {
		out = append(out, codepage.UTF8)
	}
	label, _ := codepage.Label(hints.label)
	for _, cp := range []int{hints.internet, meta, label} {
		if plausible(cp, b) {
			out = append(out, cp)
		}
	}
	if utf8.Valid(b) {
		out = append(out, codepage.UTF8)
	}
	if plausible(hints.message, b) {
		out = append(out, hints.message)
	}
	return append(out, codepage.Windows1252)
}

// plausible refuses code pages that the bytes contradict (B16c).
func plausible(cp int, b []byte) bool {
	switch cp {
	case 0:
		return false
	case codepage.UTF16LE, codepage.UTF16BE:
		return bytes.IndexByte(b[:min(len(b), 64)], 0) >= 0
	case codepage.ASCII:
		return bytes.IndexFunc(b, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
	}
	return true
}
