package eml

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// addKindFields adds what only some kinds of items have: voice mail and fax
// (H40), feed entries (H41), rights-managed mail (H42).
func (it *item) addKindFields(h *header) {
	switch {
	case it.rightsManaged():
		h.put("Content-Class", "rpmsg.message")
	case it.kind == KindVoice:
		h.put("Content-Class", voiceContentClass(it.class))
	}
	h.put("X-CallID", it.text(mapi.CallID))
	h.put("X-CallingTelephoneNumber", it.text(mapi.SenderTelephoneNumber))
	h.put("X-VoiceMessageDuration", it.number(mapi.VoiceMessageDuration))
	h.put("X-VoiceMessageSenderName", it.text(mapi.VoiceMessageSenderName))
	h.put("X-FaxNumberOfPages", it.number(mapi.FaxNumberOfPages))
	h.put("X-AttachmentOrder", it.text(mapi.VoiceAttachmentOrder))
	if it.kind == KindSticky {
		h.put("X-MS-Note-Color", it.noteColor())
	}
	if it.kind == KindPost {
		h.put("Content-Base", it.named(mapi.NameRssLink))
		h.put("X-RSS-Feed", it.named(mapi.NameRssURL))
		h.put("X-RSS-GUID", it.named(mapi.NameRssGUID))
		h.put("X-RSS-Channel", it.named(mapi.NameRssChannel))
	}
}

// noteColors are the values of PidLidNoteColor ([MS-OXONOTE] 2.2.1.1).
var noteColors = []string{"blue", "green", "pink", "yellow", "white"}

// noteColor is the colour of a sticky note (M48), "" when it has none.
func (it *item) noteColor() string {
	id, ok := it.NamedID(mapi.NameNoteColor)
	if !ok {
		return ""
	}
	n, ok := it.Int(id)
	if !ok || n < 0 || n >= int64(len(noteColors)) {
		return ""
	}
	return noteColors[n]
}

// rightsManaged tells whether the content is in an encrypted attachment.
func (it *item) rightsManaged() bool {
	return slices.ContainsFunc(it.files(), func(a *attachment) bool {
		return strings.EqualFold(a.name, "message.rpmsg") && a.mediaType == "application/x-microsoft-rpmsg-message"
	})
}

// number is a whole number in decimal, "" when absent.
func (it *item) number(id mapi.PropID) string {
	n, ok := it.Int(id)
	if !ok {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// addNamedFields adds header fields that a program stored as named properties
// (H28), in the order of their names.
func (it *item) addNamedFields(h *header) {
	values := map[string]string{}
	var names []string
	for id := range it.All() {
		n, ok := it.NameOf(id)
		if id < mapi.FirstNamed || !ok || n.Set != mapi.PSInternetHeaders || !validFieldName(n.Str) || dropped(n.Str) {
			continue
		}
		if v := it.text(id); v != "" && values[n.Str] == "" {
			values[n.Str] = v
			names = append(names, n.Str)
		}
	}
	slices.Sort(names)
	for _, n := range names {
		h.put(capitalized(n), values[n])
	}
}

// validFieldName tells whether s can name a header field (RFC 5322 3.6.8).
func validFieldName(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' || s[i] == ':' {
			return false
		}
	}
	return s != "" && len(s) <= 70
}

// capitalized gives a name that is all lower case its usual form.
func capitalized(s string) string {
	if s != strings.ToLower(s) {
		return s
	}
	words := strings.Split(s, "-")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "-")
}

// addMapiFields adds what has no field of its own in Internet mail: a class that
// says more than the kind (K4) and votes (H43).
func (it *item) addMapiFields(h *header) {
	if it.class != "" && !canonicalClass(it.class) {
		h.put("X-MAPI-Message-Class", it.class)
	}
	h.put("X-MAPI-Voting-Response", it.named(mapi.NameVerbResponse))
	if id, ok := it.NamedID(mapi.NameVerbStream); ok {
		stream, _ := it.Bytes(id)
		h.put("X-MAPI-Voting-Options", strings.Join(votingOptions(stream, it.decode8), ";"))
	}
}

// votingOptions are the names of the user-defined options in PidLidVerbStream
// ([MS-OXOMSG] 2.2.1.74); nil when the stream cannot be read.
func votingOptions(b []byte, decode8 func([]byte) string) []string {
	const version, voteVerb = 0x0102, 4
	if len(b) < 6 || binary.LittleEndian.Uint16(b) != version {
		return nil
	}
	n := binary.LittleEndian.Uint32(b[2:])
	b = b[6:]
	var out []string
	for range n {
		if len(b) < 4 {
			return nil
		}
		verb := binary.LittleEndian.Uint32(b)
		name, rest, ok := cutCounted(b[4:])
		for range 3 { // message class, internal text, the name again
			if ok {
				_, rest, ok = cutCounted(rest)
			}
		}
		const fixed = 4 + 1 + 6*4 // numbers at the end of a VoteOption
		if !ok || len(rest) < fixed {
			return nil
		}
		if verb == voteVerb {
			out = append(out, cleanText(decode8(name)))
		}
		b = rest[fixed:]
	}
	return out
}

// cutCounted takes a string with a leading length of one byte.
func cutCounted(b []byte) (s, rest []byte, ok bool) {
	if len(b) == 0 || int(b[0]) > len(b)-1 {
		return nil, nil, false
	}
	return b[1 : 1+b[0]], b[1+int(b[0]):], true
}
