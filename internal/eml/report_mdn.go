package eml

import (
	"encoding/base64"
	"regexp"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// dispositionMode is an action and a sending mode (RFC 8098 3.2.6).
var dispositionMode = regexp.MustCompile(`(?i)^(manual-action|automatic-action)\s*/\s*(MDN-sent-manually|MDN-sent-automatically)$`)

// dispositionNotification is the text of message/disposition-notification (RFC
// 8098 3; M31).
func (it *item) dispositionNotification() string {
	var b strings.Builder
	who := it.sender
	if it.smtp(who) == "" && it.smtp(it.representing) != "" {
		who = it.representing
	}
	b.WriteString(unstructured("Final-Recipient", it.typedAddress(who)))
	if id := bracketed(it.text(mapi.OriginalMessageID)); id != "" {
		b.WriteString("Original-Message-ID: " + id + "\r\n")
	}
	mode := "manual-action/MDN-sent-automatically"
	if m := dispositionMode.FindStringSubmatch(it.text(mapi.ReportDispositionMode)); m != nil {
		mode = m[1] + "/" + m[2]
	}
	b.WriteString("Disposition: " + mode + "; " + it.disposed() + "\r\n")
	if key, ok := it.Bytes(mapi.ParentKey); ok && len(key) > 0 && len(key) < maxToken/2 {
		b.WriteString("X-MSExch-Correlation-Key: " + base64.StdEncoding.EncodeToString(key) + "\r\n")
	}
	return b.String()
}

// disposed is what was done with the message.
func (it *item) disposed() string {
	if s := it.text(mapi.ReportDisposition); isToken(strings.ReplaceAll(s, "/", "")) && len(s) < 64 {
		return s
	}
	if strings.HasSuffix(normalClass(it.class), ".ipnnrn") {
		return "deleted"
	}
	return "displayed"
}

// reportText is the text of a report that has none: what it was stored with,
// else a few words of our own.
func (it *item) reportText() string {
	if s, ok := it.Text(mapi.ReportText); ok && !blank(s) {
		return crlf(dropTextControls(s))
	}
	var b strings.Builder
	line := func(label, value string) {
		if value != "" {
			b.WriteString(label + value + "\r\n")
		}
	}
	sent := ""
	if t, ok := it.time(mapi.OriginalSubmitTime); ok {
		sent = formatDate(t)
	}
	b.WriteString("This is a report about a message.\r\n\r\n")
	line("Subject: ", it.text(mapi.OriginalSubject))
	line("Sent: ", sent)
	if it.kind == KindMDN {
		line("Disposition: ", it.disposed())
		return b.String()
	}
	for _, d := range it.deliveries() {
		who := strings.TrimSpace(d.name + " <" + d.recipient[strings.IndexByte(d.recipient, ';')+1:] + ">")
		b.WriteString("\r\n" + who + ": " + d.action + " (" + d.status + ")\r\n")
		line("", d.info)
	}
	return b.String()
}
