package eml

import (
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

func ndrRow(info string, code int, props ...psttest.Prop) []psttest.Prop {
	return ndrRowOf("Bob", info, code, props...)
}

func ndrRowOf(name, info string, code int, props ...psttest.Prop) []psttest.Prop {
	r := append(psttest.To(name, "bob@example.org"), props...)
	if info != "" {
		r = append(r, psttest.Str(mapi.SupplementaryInfo, info))
	}
	if code != 0 {
		r = append(r, psttest.Int32(mapi.NonDeliveryStatusCode, code))
	}
	return r
}

func TestC62DeliveryReport(t *testing.T) {
	const refused = "<mx.x.org #5.1.1 smtp;550 5.1.1 unknown>"
	m := withRows(note(class("REPORT.IPM.Note.NDR"), psttest.Str(mapi.ReportingMTA, "mx.x.org"), psttest.Time(mapi.OriginalSubmitTime, sent)),
		ndrRow(refused, 0, psttest.Str(mapi.RemoteMTA, "far.x.org")), ndrRowOf("Zoë", "", 522))
	m.Attach(psttest.ByValue("a.txt", "", []byte("x")), psttest.Embed(note(psttest.Str(mapi.Subject, "Original"))))
	s, res := convert(t, m, nil)
	leaves := wantTree(t, s, "mixed{report{text/plain message/delivery-status message[text/plain]} text/plain}")
	want := "Reporting-MTA: dns;mx.x.org\r\nArrival-Date: Tue, 05 Mar 2024 08:09:10 +0000\r\n" +
		"\r\nFinal-Recipient: rfc822;bob@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns;far.x.org\r\n" +
		"Diagnostic-Code: smtp;" + refused + "\r\nX-Display-Name: Bob\r\n" +
		"\r\nFinal-Recipient: rfc822;bob@example.org\r\nAction: failed\r\nStatus: 5.2.2\r\nX-Display-Name: =?UTF-8?Q?Zo=C3=AB?=\r\n"
	if leaves[1].body != want || leaves[0].body != "Hi Bob\r\n" {
		t.Errorf("status %s", leaves[1].body)
	}
	if !strings.Contains(s, "multipart/report; report-type=delivery-status;") || len(res.Warnings) != 0 {
		t.Errorf("%v in %s", res.Warnings, s)
	}
}

func TestC62Status(t *testing.T) {
	for _, tc := range []struct {
		info   string
		code   int64
		action string
		want   string
	}{
		{"< #4.4.7 smtp;550 4.4.7 QUEUE.Expired>", 447, "failed", "4.4.7"},
		{"550 5.7.1 refused", 0, "failed", "5.7.1"},
		{"refused 5.7.1.", 0, "failed", "5.7.1"},
		{"host 5.1.2.3 said no", 511, "failed", "5.1.1"},
		{"host 10.5.1.2 said no", 0, "failed", "5.0.0"},
		{"", 511, "failed", "5.1.1"},
		{"", 5, "failed", "5.0.0"},
		{"", 0, "delayed", "4.0.0"},
		{"", 0, "delivered", "2.0.0"},
		{"", -511, "relayed", "2.0.0"},
	} {
		if got := deliveryStatusCode(tc.info, tc.code, tc.action); got != tc.want {
			t.Errorf("%q, %d, %s: %s, want %s", tc.info, tc.code, tc.action, got, tc.want)
		}
	}
	for class, want := range map[string]string{"REPORT.IPM.Note.NDR": "failed", "REPORT.IPM.Note.DR": "delivered",
		"REPORT.IPM.Note.Delayed.DR": "delayed", "report.ipm.note.expanded.dr": "expanded", "REPORT.IPM.Note.Relayed.DR": "relayed"} {
		if got := deliveryAction(class); got != want {
			t.Errorf("%s: %s, want %s", class, got, want)
		}
	}
}

// A report without a text gets one, and one without recipients names nobody.
func TestC62Text(t *testing.T) {
	bare := func(p ...psttest.Prop) *psttest.Message {
		p = append(p, class("REPORT.IPM.Note.NDR"), psttest.Str(mapi.OriginalSubject, "Lost"))
		return drop(withRows(note(p...), ndrRow("", 511)), mapi.Body)
	}
	s, _ := convert(t, bare(), nil)
	leaves := wantTree(t, s, "report{text/plain message/delivery-status}")
	for _, want := range []string{"Subject: Lost\r\n", "Bob <bob@example.org>: failed (5.1.1)\r\n"} {
		if !strings.Contains(leaves[0].body, want) {
			t.Errorf("no %q in %q", want, leaves[0].body)
		}
	}
	s, _ = convert(t, bare(psttest.Str(mapi.ReportText, "stored text\n")), nil)
	if _, leaves := parse(t, s); leaves[0].body != "stored text\r\n" {
		t.Errorf("text %q", leaves[0].body)
	}
	nobody := bare()
	nobody.Recipients = nil
	s, _ = convert(t, nobody, nil)
	if !strings.Contains(s, "\r\n\r\nFinal-Recipient: unknown;unknown\r\nAction: failed\r\n") {
		t.Errorf("nobody: %s", s)
	}
	other := withRows(note(class("REPORT.IPM.Note.NDR")), row(1, psttest.Str(mapi.AddressType, "EX"), psttest.Str(mapi.EmailAddress, dn)))
	s, _ = convert(t, other, nil)
	if !strings.Contains(s, "Final-Recipient: EX;"+dn+"\r\n") {
		t.Errorf("other address: %s", s)
	}
}

// What programs read is kept where it came with the item.
func TestC62StoredStatus(t *testing.T) {
	const status = "Reporting-MTA: dns; mx\r\n\r\nFinal-recipient: RFC822; a@x.org\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
	m := note(class("REPORT.IPM.Note.DR")).Attach(psttest.ByValue("details.txt", "message/delivery-status", []byte(status)),
		psttest.ByValue("m.eml", "message/rfc822", []byte("From: a@x.org\r\n\r\nbody\r\n")))
	s, _ := convert(t, m, nil)
	leaves := wantTree(t, s, "report{text/plain message/delivery-status message[text/plain]}")
	if leaves[1].body != status {
		t.Errorf("status %q", leaves[1].body)
	}
	m = note(class("REPORT.IPM.Note.DR")).Attach(psttest.ByValue("details.txt", "message/delivery-status", []byte("a: b\n")))
	s, _ = convert(t, m, nil)
	wantTree(t, s, "mixed{report{text/plain message/delivery-status} text/plain}")
}

func TestC63ReadReceipt(t *testing.T) {
	read := note(class("REPORT.IPM.Note.IPNRN"), psttest.Str(mapi.OriginalMessageID, "<orig@x.org>"), psttest.Bin(mapi.ParentKey, []byte("key")))
	s, _ := convert(t, read, nil)
	leaves := wantTree(t, s, "report{text/plain message/disposition-notification}")
	want := "Final-Recipient: rfc822;ann@example.org\r\nOriginal-Message-ID: <orig@x.org>\r\n" +
		"Disposition: manual-action/MDN-sent-automatically; displayed\r\nX-MSExch-Correlation-Key: a2V5\r\n"
	if leaves[1].body != want {
		t.Errorf("notification %s", leaves[1].body)
	}
	wantField(t, s, "Return-Path", "-") // H27: the property means something else in other classes
	deleted := note(class("REPORT.IPM.Note.IPNNRN"), psttest.Str(mapi.ReportDispositionMode, "automatic-action/MDN-sent-manually"))
	s, _ = convert(t, deleted, nil)
	if !strings.Contains(s, "Disposition: automatic-action/MDN-sent-manually; deleted\r\n") {
		t.Errorf("got %s", s)
	}
	other := drop(note(class("REPORT.IPM.Note.IPNRN"), psttest.Str(mapi.ReportDisposition, "denied"), psttest.Str(mapi.ReportDispositionMode, "x\r\ny")), mapi.Body)
	s, _ = convert(t, other, nil)
	if !strings.Contains(s, "Disposition: manual-action/MDN-sent-automatically; denied\r\n") || !strings.Contains(s, "This is a report") {
		t.Errorf("got %s", s)
	}
}
