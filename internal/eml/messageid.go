package eml

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// ownID is PidTagInternetMessageId in angle brackets (H19); "" when there is
// none that can be used.
func (it *item) ownID() string { return bracketed(it.text(mapi.InternetMessageID)) }

// bracketed is a message id in angle brackets; "" when it is none.
func bracketed(id string) string {
	if id == "" {
		return ""
	}
	if !strings.HasPrefix(id, "<") {
		id = "<" + id
	}
	if !strings.HasSuffix(id, ">") {
		id += ">"
	}
	if inner := id[1 : len(id)-1]; inner == "" || strings.ContainsAny(inner, "<> ") || !printable(id) || len(id) > maxToken {
		return ""
	}
	return id
}

// syntheticID makes a Message-ID from what does not change when the item is
// read, flagged or moved (H20).
func (it *item) syntheticID() string {
	return "<" + it.keyHash("pst2imap:mid:1") + "@pst2imap.invalid>"
}

// keyHash are 32 hexadecimal digits from what does not change, different ones for
// each use.
func (it *item) keyHash(use string) string {
	h := sha256.New()
	_, _ = io.WriteString(h, use+"\x00")
	if key, ok := it.Bytes(mapi.SearchKey); ok && len(key) >= 16 && strings.Trim(string(key), "\x00") != "" {
		_, _ = h.Write(key)
	} else {
		_, _ = io.WriteString(h, it.contentKey())
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// contentKey describes an item without a search key: fields that end with NUL.
func (it *item) contentKey() string {
	from, _ := it.senders()
	parts := []string{strings.ToLower(it.class), it.rawTime(mapi.ClientSubmitTime),
		it.rawTime(mapi.MessageDeliveryTime), strings.ToLower(from.addr), it.subject()}
	for _, r := range it.rcpts {
		who := r.addr
		if who == "" {
			who = r.name
		}
		parts = append(parts, fmt.Sprintf("%d:%s", r.kind, who))
	}
	text, hasText := it.Text(mapi.Body)
	html, hasHTML := it.Bytes(mapi.HTML)
	rtf, hasRTF := it.Bytes(mapi.RtfCompressed)
	parts = append(parts, hexSum([]byte(text), hasText), hexSum(html, hasHTML), hexSum(rtf, hasRTF),
		strconv.Itoa(len(it.atts)))
	return strings.Join(parts, "\x00") + "\x00"
}

// rawTime is a FILETIME as a decimal number, "" when absent.
func (it *item) rawTime(id mapi.PropID) string {
	v, err := it.Value(id)
	if n, ok := v.Int(); err == nil && ok {
		return strconv.FormatUint(uint64(n), 10)
	}
	return ""
}

func hexSum(b []byte, present bool) string {
	if !present {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
