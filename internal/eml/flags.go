package eml

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Verbs and icons that tell what was done with a mail ([MS-OXOMSG] 2.2.1.4,
// 2.2.1.72; F3). They are numbers, not bits: 105 is "printed".
const (
	verbReply         = 102
	verbReplyAll      = 103
	verbForward       = 104
	verbReplyToFolder = 108
	iconReplied       = 0x105
	iconForwarded     = 0x106
)

// flags are the IMAP flags and keywords (RFC 9051 2.3.2; F1 to F7). receipt
// tells that the header asks for a read receipt.
func (it *item) flags(receipt bool) []string {
	var out []string
	add := func(flag string, when bool) {
		if when {
			out = append(out, flag)
		}
	}
	messageFlags, _ := it.Int(mapi.MessageFlags)
	answered, forwarded := it.verbs()
	add(`\Seen`, messageFlags&mapi.FlagRead != 0)
	add(`\Answered`, answered)
	add(`\Flagged`, it.flagged())
	add(`\Draft`, it.unsent && isMessageKind(it.kind))
	add("$Forwarded", forwarded)
	add("$MDNSent", receipt) // F6: clients must not answer requests of the past
	return append(out, keywords(it.categories())...)
}

// isMessageKind tells for which kinds "unsent" means a draft (F2): appointments
// and contacts made here have that flag too.
func isMessageKind(k Kind) bool {
	switch k {
	case KindNote, KindClearSigned, KindOpaque, KindVoice, KindMeeting, KindTaskRequest, KindOther:
		return true
	}
	return false
}

// verbs tells whether the item was answered and forwarded.
func (it *item) verbs() (answered, forwarded bool) {
	verb, _ := it.Int(mapi.LastVerbExecuted)
	icon, _ := it.Int(mapi.IconIndex)
	switch verb {
	case verbReply, verbReplyAll, verbReplyToFolder, iconReplied:
		answered = true
	case verbForward, iconForwarded:
		forwarded = true
	}
	return answered || icon == iconReplied, forwarded || icon == iconForwarded
}

// flagged tells whether the item is marked for follow-up and not done (F4).
func (it *item) flagged() bool {
	const flagged = 2
	if status, ok := it.Int(mapi.FlagStatus); ok {
		return status == flagged
	}
	icon, _ := it.Int(mapi.FollowupIcon)
	return icon != 0 && !it.Has(mapi.FlagCompleteTime)
}

// categories are the item's categories as stored (H26).
func (it *item) categories() []string {
	for _, n := range []mapi.Name{mapi.NameKeywords, mapi.NameCategories} {
		id, ok := it.NamedID(n)
		if t := it.Type(id) &^ mapi.MultiValue; !ok || t != mapi.TypeString && t != mapi.TypeString8 {
			continue
		}
		var out []string
		for _, c := range it.Texts(id) {
			if c = cleanText(c); c != "" {
				out = append(out, c)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// maxKeyword is the length of a keyword that servers are known to take.
const maxKeyword = 64

// keywords turns categories into IMAP keywords, in order and each once (F7).
func keywords(categories []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, c := range categories {
		if k := keyword(c); k != "" && !seen[strings.ToLower(k)] {
			seen[strings.ToLower(k)] = true
			out = append(out, k)
		}
	}
	return out
}

// keyword replaces what an atom cannot hold by "_". Names that are not ASCII get
// a hash, so that different ones stay different.
func keyword(category string) string {
	ascii := true
	k := strings.Map(func(r rune) rune {
		ascii = ascii && r < 0x80
		if r < 0x80 && (isAlnum(byte(r)) || r == '.' || r == '_' || r == '-') {
			return r
		}
		return '_'
	}, category)
	if ascii {
		return k[:min(len(k), maxKeyword)]
	}
	sum := sha256.Sum256(norm.NFC.Bytes([]byte(category)))
	suffix := "_" + hex.EncodeToString(sum[:3])
	return k[:min(len(k), maxKeyword-len(suffix))] + suffix
}

// time is a date of the item that can be that of mail (P4).
func (it *item) time(id mapi.PropID) (time.Time, bool) { return mailTime(it.Time(id)) }

// firstTime is the first of several dates that is there.
func (it *item) firstTime(ids ...mapi.PropID) (time.Time, bool) {
	for _, id := range ids {
		if t, ok := it.time(id); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// internalDate is what the server is to keep as date of arrival (F8); zero
// when nothing tells.
func (it *item) internalDate() time.Time {
	if it.unsent {
		t, _ := it.firstTime(mapi.LastModificationTime, mapi.CreationTime)
		return t
	}
	if t, ok := it.time(mapi.MessageDeliveryTime); ok {
		return t
	}
	if v, ok := lookup(it.stored, "Received"); ok { // the topmost is the last hop
		if t, ok := parseDate(v[strings.LastIndexByte(v, ';')+1:]); ok {
			return t
		}
	}
	if t, ok := it.time(mapi.ClientSubmitTime); ok {
		return t
	}
	if v, ok := lookup(it.stored, "Date"); ok {
		if t, ok := parseDate(v); ok {
			return t
		}
	}
	t, _ := it.firstTime(mapi.CreationTime, mapi.LastModificationTime)
	return t
}

// date is the Date field of a synthesized header (H6). ok is false when the item
// has no date at all; the date is then that of the epoch.
func (it *item) date() (t time.Time, ok bool) {
	if it.unsent {
		t, ok = it.firstTime(mapi.LastModificationTime, mapi.CreationTime, mapi.ClientSubmitTime)
	} else {
		t, ok = it.firstTime(mapi.ClientSubmitTime, mapi.MessageDeliveryTime, mapi.CreationTime,
			mapi.LastModificationTime)
	}
	if !ok {
		t = time.Unix(0, 0).UTC()
	}
	return t, ok
}
