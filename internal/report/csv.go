package report

import (
	"encoding/csv"
	"io"
	"strings"
)

// CSVColumns are the columns of the items, see docs/items.csv.
var CSVColumns = []string{"state", "category", "folder", "mailbox", "date", "subject", "message_id", "reason", "next_step"}

// byteOrderMark tells spreadsheets that a file is UTF-8.
const byteOrderMark = "\uFEFF"

// CSV writes the items that are no plain success as a table (RFC 4180): UTF-8 with
// a byte order mark, lines that end in CR LF. A cell that a spreadsheet would take
// for a formula gets an apostrophe in front.
func (r *Report) CSV(w io.Writer) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(CSVColumns); err != nil {
		return err
	}
	boxes := map[string]string{}
	for _, f := range r.Folders {
		boxes[f.Path] = f.Mailbox
	}
	for _, it := range r.Items {
		cells := []string{string(it.State), it.Category, it.Folder, boxes[it.Folder], it.Date, it.Subject, it.MessageID, it.Reason, it.advice().next}
		for i, c := range cells {
			cells[i] = noFormula(Plain(c))
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// noFormula keeps a spreadsheet from computing with what is only text. Programs
// differ in whether blanks in front matter and in which signs they know, full-width
// ones among them.
func noFormula(s string) string {
	rest := strings.TrimLeft(s, " \u00A0\u3000\uFEFF\u200B\"'")
	if rest != "" && strings.ContainsRune("=+-@|%＝＋－＠", []rune(rest)[0]) {
		return "'" + s
	}
	return s
}
