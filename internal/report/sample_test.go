package report_test

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
)

// trouble is a migration in which much went wrong, with every text as hostile as a
// stranger can make it.
func trouble() *report.Report {
	rec := report.NewRecorder("migrate")
	r := rec.Report()
	r.Version, r.Started, r.Finished = "v1.2.0 (commit 0123456789ab, go1.26)", "2026-11-30T08:12:44Z", "2026-11-30T09:27:02Z"
	r.Source = report.Source{File: `C:\Users\Änne Müller\Documents\Outlook-Dateien\aenne.mueller@example.org.pst`, Size: 17_381_244_928, Format: "unicode"}
	r.Server = report.Server{Host: "imap.example.org", Port: 993, User: "aenne.mueller@example.org", Software: "Dovecot 2.4.1", Capabilities: []string{"APPENDLIMIT=52428800", "IMAP4REV1", "LITERAL+", "MULTIAPPEND", "UIDPLUS"}}
	r.Job = `C:\Users\Änne Müller\AppData\Local\pst2imap\jobs\93ab04d2f7e1c655-aenne.mueller@example.org-imap.example.org`
	r.Rescue = &report.Rescue{Folder: r.Job + `\rescue`, Items: 2, Bytes: 61_239_871}
	for i, f := range []report.Folder{
		{Path: "Posteingang", Mailbox: "INBOX", Why: "the file says that it is the inbox"},
		{Path: "Gesendete Elemente", Mailbox: "Sent", Guessed: true, Why: "a default folder in German"},
		{Path: "Projekte/Küche & Bad/2019/Rückfragen der Grundstückseigentümerversammlung zur Straßenbaubeitragssatzung/Antworten", Mailbox: "Projekte/Küche & Bad/2019/Rückfragen der Grundstückseigentümerversammlung zur Straßenbaubeitragssatzung/Antworten"},
		{Path: "Rechnungen", Mailbox: "Rechnungen"},
		{Path: "משפחה וחברים", Mailbox: "משפחה וחברים"},
		{Path: `<img src=x onerror=alert(1)>`, Mailbox: `=HYPERLINK("http://evil.example/","x")`},
		{Path: "Entwürfe", Mailbox: "Drafts"},
	} {
		rec.Folder(i, f)
		for range []int{31_020, 9_410, 4_102, 2_871, 611, 7, 0}[i] {
			rec.Item(i, report.Item{State: report.Uploaded}, "")
		}
	}
	for i := range 140 {
		rec.Item(i%4, report.Item{State: report.Present}, "")
	}
	troubleItems(rec)
	p := rec.PIM(r.Job + `\contacts-and-calendars`)
	p.Files = append(p.Files, report.PIMFile{File: "Kontakte <b>.vcf", Path: "Kontakte <b>", Items: 3}, report.PIMFile{File: "Kalender.ics", Path: "Kalender", Items: 2})
	for _, k := range []struct {
		kind  string
		state report.State
	}{{"contacts", report.Uploaded}, {"contacts", report.Present}, {"contacts", report.Present}, {"calendar", report.Uploaded}, {"calendar", report.Uploaded}, {"calendar", report.Skipped}, {"tasks", report.Failed}} {
		p.Add(k.kind, k.state)
	}
	r.Verify = &report.Verify{Level: "full", Checked: r.Totals.Uploaded + r.Totals.Present, Match: r.Totals.Uploaded + r.Totals.Present - 3, Moved: 1, Different: 1, Missing: 1, Extra: 12}
	for rule, n := range map[string]int{"A13": 2, "B16": 14, "H6": 31, "M20": 1} {
		for range n {
			rec.Warn(rule)
		}
	}
	r.Damage = []report.Damage{
		{Where: "block 0x2f04 at offset 81,224,192", What: "the checksum does not match; the data was read all the same"},
		{Where: "page at offset 4,206,592", What: "no page of a B-tree: <script>alert(1)</script>", Lost: true},
	}
	r.Throughput = run(4458)
	r.Conclude(r.Totals.Found, false)
	r.Exit = r.ExitCode()
	return r
}

func troubleItems(rec *report.Recorder) {
	add := func(folder int, state report.State, category, subject, reason string) {
		rec.Item(folder, report.Item{State: state, Subject: subject, Date: "2019-04-17T09:31:05Z", MessageID: "<4711@mail.example.org>", Reason: reason}, category)
	}
	add(0, report.Failed, "too large", "Fotos vom Sommerfest (alle, in voller Auflösung)", "the server does not take a message of 61231004 bytes: Message too large; a copy is in C:\\Users\\Änne Müller\\AppData\\Local\\pst2imap\\jobs\\93ab\\rescue\\1-6f2e.eml")
	add(2, report.Failed, "refused by the server", `</td></table><script>alert("x")</script>`, `the server refuses the message: 550 5.7.1 From: Änne Müller <aenne.mueller@example.org> To: <bob.smith@example.com> rejected by policy <b onmouseover=alert(1)>`)
	add(4, report.Failed, "unreadable", "תמונות מהחתונה של דנה ויוסי", "the item cannot be read: block 0x2f08: the data is cut off")
	add(4, report.Failed, "unreadable", "عاجل: \u202Efdp.exe\u202C فاتورة", "the item cannot be read: node 0x21 \x1b]0;owned\a\x1b[31m has no properties")
	for _, formula := range []string{"=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1:A9)", "\t=1+1", "\r=1+1", "  =1+1", "＝1+1", `"=1+1`} {
		add(3, report.Failed, "not convertible", formula, formula)
	}
	add(5, report.Failed, "over quota", "", "not sent: the mailbox is full")
	for i := range 12 {
		add(i%4, report.Skipped, report.ReasonNotAsked, fmt.Sprintf("Einladung: Jour fixe %d", i+1), "not asked for: conflict copy (IPM.Conflict.Resolution.Message), see --items conflicts")
	}
	add(6, report.Skipped, report.ReasonWritten, "Anna Schmidt", "no mail: it is in Kontakte.vcf")
	add(6, report.Skipped, report.ReasonNotWritten, "Zahnarzt", "not in Kalender.ics")
	add(0, report.Skipped, report.ReasonDuplicate, "Re: Angebot", "the same message is in this folder twice")
	rec.Note(1, report.Item{State: report.Missing, Subject: "Urlaub", Date: "2020-01-02T10:00:00Z", Reason: `the message was in "Sent" and is gone`})
	rec.Note(0, report.Item{State: report.Different, Subject: "Vertrag " + strings.Repeat("Donaudampfschifffahrtsgesellschaft", 4), Reason: "different on the server: the attachments"})
	rec.Note(0, report.Item{State: report.Moved, Subject: "Newsletter", Reason: `the message is in "Archiv", not in "INBOX"`})
}

// run is how a long upload goes: up and down, a pause, then verification.
func run(length int) []report.Sample {
	var t report.Timeline
	at := func(s int) { t.Add(seconds(s), "reading the data file", s*900, 0) }
	at(0)
	at(20)
	t.Add(seconds(21), "reading what is on the server", 10, 0)
	t.Add(seconds(40), "reading what is on the server", 400, 0)
	done := 0
	for s := 40; s < length*3/4; s += 10 {
		if s < length/3 || s > length/3+200 {
			done += int(140 + 60*math.Sin(float64(s)/190) + 25*math.Sin(float64(s)/37))
		}
		t.Add(seconds(s), "uploading", done, int64(done)*341_000)
	}
	for s := length * 3 / 4; s <= length; s += 10 {
		t.Add(seconds(s), "verifying", (s-length*3/4)*43, int64(s-length*3/4)*14_000_000)
	}
	return t.Samples()
}

// complete is a migration in which everything went well.
func complete() *report.Report {
	rec := report.NewRecorder("migrate")
	r := rec.Report()
	r.Version, r.Started, r.Finished = "v1.2.0 (commit 0123456789ab, go1.26)", "2026-11-30T08:12:44Z", "2026-11-30T08:27:02Z"
	r.Source = report.Source{File: "/home/ann/mail/ann@example.org.pst", Size: 812_244_928, Format: "unicode"}
	r.Server = report.Server{Host: "imap.example.org", Port: 993, User: "ann@example.org", Software: "Dovecot 2.4.1"}
	for i, name := range []string{"Inbox", "Sent Items", "Projekte/Küche & Bad"} {
		rec.Folder(i, report.Folder{Path: name, Mailbox: []string{"INBOX", "Sent", name}[i]})
		for range []int{48_000, 200, 13}[i] {
			rec.Item(i, report.Item{State: report.Uploaded}, "")
		}
	}
	r.Verify = &report.Verify{Level: "full", Checked: 48_213, Match: 48_213}
	r.Throughput = run(850)
	r.Conclude(48_213, false)
	return r
}

// verified is a verification that found something.
func verified() *report.Report {
	rec := report.NewRecorder("verify")
	r := rec.Report()
	r.Started, r.Finished = "2026-12-07T08:12:44Z", "2026-12-07T08:27:02Z"
	r.Source = report.Source{File: "/home/ann/mail/ann@example.org.pst", Size: 812_244_928, Format: "unicode"}
	r.Server = report.Server{Host: "imap.example.org", Port: 993, User: "ann@example.org"}
	r.Verify = &report.Verify{Level: "full", Extra: 31}
	rec.Folder(0, report.Folder{Path: "Inbox", Mailbox: "INBOX"})
	r.Repaired = &report.Repaired{Uploaded: 4, Removed: 1}
	r.Verify.Mailboxes = []report.Besides{{Mailbox: "INBOX", Duplicate: 2, Extra: 29}, {Mailbox: "Küche", Extra: 2}, {Mailbox: "<b>x</b>", Extra: 1}}
	for i := range 2_000 {
		it := report.Item{State: report.Match}
		if i < 3 {
			it = report.Item{State: report.Missing, Subject: fmt.Sprintf("Invoice %d", i), Date: "2019-04-17T09:31:05Z", Reason: `no message on the server accounts for it (looked for in "INBOX" and elsewhere)`}
		}
		r.Verify.Add(it.State)
		rec.Item(0, it, string(it.State))
	}
	r.Conclude(2_000, false)
	r.Exit = r.ExitCode()
	return r
}

// ofJournal is what the journal of a run that was cut off tells.
func ofJournal() *report.Report {
	p := &journal.Past{About: &journal.About{Host: "imap.example.org", Port: 993, User: "ann@example.org", Files: []string{"/home/ann/a.pst"}, At: time.Unix(1_796_026_364, 0)}}
	for i := range 900 {
		p.Entries = append(p.Entries, journal.Entry{Item: fmt.Sprint("1-", i), Mailbox: []string{"INBOX", "Sent", "Küche"}[i%3]})
	}
	p.Open = []journal.Intent{{Items: []string{"1-a", "1-b"}}}
	return report.OfJournal(p)
}

// kinds are reports of every kind.
func kinds() map[string]*report.Report {
	dry := complete()
	dry.Dry, dry.Verify = true, nil
	dry.Conclude(48_213, false)
	cut := complete()
	cut.Verify, cut.Interrupted, cut.Exit = nil, "interrupted", 6
	cut.Totals.Found, cut.Totals.Uploaded = 31_011, 31_011
	cut.Conclude(48_213, false)
	return map[string]*report.Report{
		"trouble": trouble(), "redacted": trouble().Redact(), "complete": complete(), "dry": dry, "interrupted": cut, "journal": ofJournal(), "verify": verified(),
	}
}
