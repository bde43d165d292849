package eml

import (
	"io"
	"regexp"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// report are the parts of a multipart/report (RFC 6522) after its text.
type report struct {
	kind    string  // report-type
	machine []*part // what programs read, then the message that it is about

	stored bool // the first of them is one that came with the message
}

// isReport tells whether the item is a report of any kind.
func (it *item) isReport() bool { return mapi.HasClass(it.class, "REPORT") }

// newReport tells what the item reports on; nothing when it is no report.
func (it *item) newReport() report {
	switch it.kind {
	case KindDSN:
		return report{kind: "delivery-status"}
	case KindMDN:
		return report{kind: "disposition-notification"}
	}
	return report{}
}

// take takes an attachment that belongs to the report: the part for programs as
// it came, which some stores keep, and the message that a delivery report is
// about.
func (r *report) take(a *attachment, list []*part) bool {
	if r.kind == "" || len(list) != 1 {
		return false
	}
	tag, _ := a.Text(mapi.AttachMimeTag)
	t, _ := typeToken(cleanText(tag))
	switch {
	case t == "message/"+r.kind && !r.stored && a.file == nil && a.whole() && a.data.message() && !a.data.lines.eightBit:
		p := &part{fields: "Content-Type: " + t + "\r\n", content: a.write, marks: a.data.marks}
		r.machine, r.stored = append([]*part{p}, r.machine...), true
	case r.kind == "delivery-status" && (a.embedded != nil || a.verbatim) && !r.original():
		r.machine = append(r.machine, list[0])
	default:
		return false
	}
	return true
}

// original tells whether the message that the report is about was found.
func (r *report) original() bool { return len(r.machine) == 2 || len(r.machine) == 1 && !r.stored }

// finishReport makes the part for programs where none came with the item.
func (it *item) finishReport(r *report) {
	if r.kind == "" || r.stored {
		return
	}
	text := it.deliveryStatus()
	if it.kind == KindMDN {
		text = it.dispositionNotification()
	}
	p := &part{fields: "Content-Type: message/" + r.kind + "\r\n", content: func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}}
	r.machine = append([]*part{p}, r.machine...)
}

// deliveryStatus is the text of message/delivery-status (RFC 3464 2; M30).
func (it *item) deliveryStatus() string {
	var b strings.Builder
	mta := it.text(mapi.ReportingMTA)
	switch {
	case mta == "":
		mta = "dns;unknown.invalid"
	case !strings.Contains(mta, ";"):
		mta = "dns;" + mta
	}
	b.WriteString(unstructured("Reporting-MTA", mta))
	if t, ok := it.time(mapi.OriginalSubmitTime); ok {
		b.WriteString("Arrival-Date: " + formatDate(t) + "\r\n")
	}
	for _, d := range it.deliveries() {
		b.WriteString("\r\n")
		b.WriteString(unstructured("Final-Recipient", d.recipient))
		b.WriteString("Action: " + d.action + "\r\nStatus: " + d.status + "\r\n")
		for _, f := range [][2]string{{"Remote-MTA", prefixed("dns;", d.remote)}, {"Diagnostic-Code", prefixed("smtp;", d.info)},
			{"X-Display-Name", d.name}} {
			if f[1] != "" {
				b.WriteString(unstructured(f[0], f[1]))
			}
		}
	}
	return b.String()
}

// prefixed is s after a prefix, empty when s is.
func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// delivery is what became of a message for one recipient.
type delivery struct{ recipient, name, action, status, remote, info string }

// deliveries are those that the item reports on: one for each recipient, or one
// for nobody when none is named, because a report must have one.
func (it *item) deliveries() []delivery {
	rcpts := it.rcpts
	if len(rcpts) == 0 {
		rcpts = []recipient{{}}
	}
	var out []delivery
	for _, r := range rcpts {
		d := delivery{recipient: it.typedAddress(r.raw), name: r.name, action: deliveryAction(it.class)}
		sources := []mapi.Properties{it}
		if r.row != nil {
			sources = []mapi.Properties{r.row, it}
		}
		code := int64(0)
		for _, p := range sources {
			info, _ := p.Text(mapi.SupplementaryInfo)
			remote, _ := p.Text(mapi.RemoteMTA)
			if d.info == "" {
				d.info = cleanText(info)
			}
			if d.remote == "" {
				d.remote = cleanText(remote)
			}
			if code == 0 {
				code, _ = p.Int(mapi.NonDeliveryStatusCode)
			}
		}
		d.status = deliveryStatusCode(d.info, code, d.action)
		out = append(out, d)
	}
	return out
}

// typedAddress is an address with its type (RFC 3464 2.3.2).
func (it *item) typedAddress(g group) string {
	switch addr := it.smtp(g); {
	case addr != "":
		return "rfc822;" + addr
	case g.email != "" && isToken(g.addrType):
		return g.addrType + ";" + g.email
	case g.email != "":
		return "unknown;" + g.email
	case g.name != "":
		return "unknown;" + g.name
	}
	return "unknown;unknown"
}

// deliveryAction is the action that the class of a delivery report names.
func deliveryAction(class string) string {
	class = normalClass(class)
	for _, c := range []struct{ suffix, action string }{{".delayed.dr", "delayed"}, {".expanded.dr", "expanded"},
		{".relayed.dr", "relayed"}, {".dr", "delivered"}} {
		if strings.HasSuffix(class, c.suffix) {
			return c.action
		}
	}
	return "failed"
}

var (
	markedStatus = regexp.MustCompile(`#([245]\.[0-9]{1,3}\.[0-9]{1,3})`)
	// A status is not a part of an address, which has four numbers.
	plainStatus = regexp.MustCompile(`(?:^|[^0-9.#])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:[^0-9.]|\.[^0-9]|\.?$)`)
)

// deliveryStatusCode is the status (RFC 3463): from the text of the server that
// refused, else from the number, else what the action says.
func deliveryStatusCode(info string, code int64, action string) string {
	for _, re := range []*regexp.Regexp{markedStatus, plainStatus} {
		if m := re.FindStringSubmatch(info); m != nil {
			return m[1]
		}
	}
	if code >= 200 && code <= 599 && code/100 != 3 {
		return string([]byte{byte('0' + code/100), '.', byte('0' + code/10%10), '.', byte('0' + code%10)})
	}
	switch action {
	case "failed":
		return "5.0.0"
	case "delayed":
		return "4.0.0"
	}
	return "2.0.0"
}
