package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/pst2imap/pst2imap/internal/report"
)

// hostile are texts that do something somewhere.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</td></tr></table>`, `'; alert(1); //`, `{{.Policy}}`, `</style><style>*{display:none}`,
	"=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00A0=1+1", "\uFEFF=1+1", "＝1+1", `"=1+1"`, "'=1+1", "a,b;c\td\"e\r\nf",
	"\x1b[2J\x1b]0;owned\a", "\u009b31m", "\x7f\x00\b", "a\u202Egpj.exe", "\u2066x\u2069", "\u2028\u2029", "\xff\xfe", "\xed\xa0\x80",
}

// everywhere has a text in every place that a stranger can write to.
func everywhere(s string) *report.Report {
	rec := report.NewRecorder("migrate")
	r := rec.Report()
	r.Source = report.Source{File: s, Format: s}
	r.Sources = []report.Source{r.Source, r.Source}
	r.Server = report.Server{Host: s, User: s, Software: s, Capabilities: []string{s}}
	r.Version, r.Job, r.Interrupted, r.Started, r.Finished = s, s, s, s, s
	r.Rescue = &report.Rescue{Folder: s, Items: 1}
	rec.Folder(0, report.Folder{Path: s, Mailbox: s, Guessed: true, Why: s, Reasons: []string{s}})
	for _, state := range []report.State{report.Failed, report.Skipped, report.Present, report.Missing, report.State(s)} {
		rec.Item(0, report.Item{State: state, Subject: s, Date: s, MessageID: s, Reason: "x" + s}, s)
		rec.Item(0, report.Item{State: state, Subject: s, Date: s, MessageID: s, Reason: "x" + s}, "unreadable")
	}
	rec.Warn(s)
	r.Damage = []report.Damage{{Where: s, What: s, Lost: true}}
	r.Throughput = []report.Sample{{At: 0, Stage: s}, {At: 3, Stage: s, Items: 4}, {At: 5, Stage: s, Items: 9}}
	r.Verify = &report.Verify{Level: s, Confidence: s, Mailboxes: []report.Besides{{Mailbox: s, Extra: 3}}}
	r.Conclude(10, false)
	return r
}

func write(t *testing.T, f func(*bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// shape is the elements and attributes of a page, without its texts.
func shape(t *testing.T, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data != "code" {
			out.WriteString(n.Data)
			for _, a := range n.Attr {
				out.WriteString(" " + a.Key)
			}
			out.WriteString("\n")
		}
	}
	return out.String()
}

// Whatever a text says, the page has the same elements as with a harmless one.
func TestHostileHTML(t *testing.T) {
	page := func(s string) string {
		return write(t, func(b *bytes.Buffer) error { return everywhere(s).HTML(b) })
	}
	want := shape(t, page("harmless"))
	for _, s := range hostile {
		got := page(s)
		if shape(t, got) != want {
			t.Errorf("%q changes the page", s)
		}
		checkSteering(t, s, got)
	}
}

// checkSteering asserts that nothing in a text steers a terminal or turns writing.
func checkSteering(t *testing.T, of, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%q: what is written is no UTF-8", of)
	}
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\r' || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029 {
			t.Errorf("%q: %U is written", of, r)
			return
		}
	}
}

// The table keeps its form, and no cell is a formula.
func TestHostileCSV(t *testing.T) {
	for _, s := range hostile {
		text := write(t, func(b *bytes.Buffer) error { return everywhere(s).CSV(b) })
		checkSteering(t, s, text)
		rest, ok := strings.CutPrefix(text, "\xef\xbb\xbf")
		if !ok || strings.Count(rest, "\n") != strings.Count(rest, "\r\n") {
			t.Errorf("%q: no byte order mark, or lines that do not end in CR LF", s)
		}
		rows, err := csv.NewReader(strings.NewReader(rest)).ReadAll()
		if err != nil || len(rows) != 11 {
			t.Errorf("%q: %d rows, %v", s, len(rows), err)
			continue
		}
		for _, row := range rows[1:] {
			for _, cell := range row {
				if bare := strings.TrimLeft(cell, " \u00A0\uFEFF\""); bare != "" && strings.ContainsRune("=+-@＝", []rune(bare)[0]) {
					t.Fatalf("%q: the cell %q computes", s, cell)
				}
			}
		}
	}
}

// JSON keeps every text exactly, and is safe to look at all the same.
func TestHostileJSON(t *testing.T) {
	for _, s := range hostile {
		text := write(t, func(b *bytes.Buffer) error { return everywhere(s).JSON(b) })
		checkSteering(t, s, text)
		var got report.Report
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		if want := strings.ToValidUTF8(s, "\uFFFD"); utf8.ValidString(s) && got.Items[0].Subject != want {
			t.Errorf("%q: got %q", s, got.Items[0].Subject)
		}
	}
}

// The policy of the page allows its own style and script and nothing else.
func TestPolicy(t *testing.T) {
	page := write(t, func(b *bytes.Buffer) error { return trouble().HTML(b) })
	_, rest, _ := strings.Cut(page, `http-equiv="Content-Security-Policy" content="`)
	policy, _, _ := strings.Cut(rest, `"`)
	policy = html.UnescapeString(policy)
	if !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || strings.Contains(policy, "http") {
		t.Errorf("policy %q", policy)
	}
	if strings.Contains(page, " style=") || strings.Count(page, "<script") != 1 || strings.Count(page, "<style") != 1 {
		t.Error("there is more style or script than the policy names")
	}
	for _, out := range []string{"http:", "https:", "src=", "url(", "@import", "<link", "<a href=\"h"} {
		if i := strings.Index(page, out); i >= 0 && !strings.Contains(page[max(0, i-40):i+20], "evil.example") && !strings.Contains(page[max(0, i-40):i+20], "&lt;img src=") {
			t.Errorf("the page may ask for something: %q", page[max(0, i-30):i+30])
		}
	}
}

// A report of 100,000 items, 5,000 of which failed, can still be sent by mail.
func TestSize(t *testing.T) {
	r := large(5_000)
	page := write(t, func(b *bytes.Buffer) error { return r.HTML(b) })
	if got := strings.Count(page, "Invoice number "); len(page) > 6<<20 || got < 5_000 {
		t.Errorf("%d bytes with %d failures", len(page), got)
	}
}

// large is a report of 100,000 items, all of them with something to say.
func large(failed int) *report.Report {
	rec := report.NewRecorder("migrate")
	for i := range 300 {
		rec.Folder(i, report.Folder{Path: fmt.Sprintf("Projekte/Küche & Bad/%d", i), Mailbox: fmt.Sprintf("Projekte/Küche & Bad/%d", i)})
	}
	for i := range 100_000 {
		it := report.Item{State: report.Present, Subject: fmt.Sprintf("Re: Offer %d", i), Date: "2019-04-17T09:31:05Z", MessageID: "<a@b>", Reason: `the message is in "Archive", not in "INBOX": it was moved there`}
		category := ""
		if i < failed {
			it.State, category = report.Failed, "refused by the server"
			it.Subject = fmt.Sprintf("Invoice number %d of your order, with everything that belongs to it", i)
			it.Reason = fmt.Sprintf("the server refuses the message: 554 5.7.1 Service unavailable; message %d rejected for policy reasons, see the documentation of your provider; a copy is in /home/ann/.local/share/pst2imap/jobs/93ab04d2f7e1c655-ann@example.org-imap.example.org/rescue/1-%032x.eml", i, i)
		}
		rec.Item(i%300, it, category)
	}
	r := rec.Report()
	r.Throughput = run(4458)
	r.Conclude(100_000, false)
	return r
}
