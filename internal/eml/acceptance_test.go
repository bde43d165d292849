package eml

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/psttest"
)

// A run over all classes converts mail, counts what is no mail by its class, and
// never takes what programs keep for themselves.
func TestC74AllClasses(t *testing.T) {
	mail := []string{"", "IPM.Note", "IPM.Note.Foo", "IPM.InfoPathForm.x", "IPM.Sharing", "IPM.Outlook.Recall", "IPM.Recall.Report.Success",
		"IPM.Note.Rules.OofTemplate.Microsoft", "IPM.Note.Rules.ReplyTemplate.Microsoft", "IPM.Note.StorageQuotaWarning.Warning",
		"IPM.Note.NotSupportedICal", "IPM.Note.Microsoft.Voicemail.UM", "IPM.Note.Microsoft.Fax.CA", "IPM.Note.Mobile.SMS",
		"REPORT.IPM.Note.NDR", "REPORT.IPM.Note.DR", "REPORT.IPM.Note.IPNRN", "REPORT.IPM.Note.IPNNRN", "REPORT.IPM.Note.Other",
		"IPM.Post", "IPM.Post.Rss", "IPM.Document.Word.Document.8", "IPM.Unheard.Of", "IPM.Note.SMIME", "IPM.Note.SMIME.MultipartSigned",
		"IPM.Schedule.Meeting.Request", "IPM.Schedule.Meeting.Canceled", "IPM.Schedule.Meeting.Resp.Pos",
		"IPM.Schedule.Meeting.Notification.Forward", "IPM.TaskRequest", "IPM.TaskRequest.Accept"}
	skipped := []string{"IPM.Appointment", "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}", "IPM.Contact", "IPM.Contact.Mine",
		"IPM.AbchPerson", "IPM.DistList", "IPM.Task", "IPM.Activity", "IPM.StickyNote", "IPM.Conflict.Resolution.Message", "IPM.Conflict.Foo"}
	never := []string{"IPM.Microsoft.FolderDesign.NamedView", "IPM.Configuration.Autocomplete", "IPM.RuleOrganizer", "IPC.Foo"}
	counts := map[string]int{}
	for _, list := range [][]string{mail, skipped, never} {
		for _, c := range list {
			counts[outcome(t, note(class(c)), nil)]++
		}
	}
	want := map[string]int{"mail": len(mail)}
	for _, c := range append(skipped, never...) {
		want[c]++
	}
	if !maps.Equal(counts, want) {
		t.Errorf("got %v, want %v", counts, want)
	}
	for _, c := range append(mail, skipped...) {
		hidden := note(class(c), psttest.Int32(0x0E07, 0x41))
		if got := outcome(t, hidden, &Options{Items: []Kind{KindAssociated}}); got != c {
			t.Errorf("a hidden item of class %s: %s", c, got)
		}
	}
	asked := &Options{Items: []Kind{KindConflict, KindContact, KindSticky}}
	for c, want := range map[string]string{"IPM.Conflict.Foo": "mail", "IPM.StickyNote": "mail", "IPM.Contact": "mail", "IPM.Task": "IPM.Task"} {
		if got := outcome(t, note(class(c)), asked); got != want {
			t.Errorf("%s, asked for: %s, want %s", c, got, want)
		}
	}
}

// outcome is what becomes of an item: mail, or the class it is skipped for.
func outcome(t *testing.T, m *psttest.Message, o *Options) string {
	t.Helper()
	var b bytes.Buffer
	item := Load(open(t, m), o)
	_, err := item.Convert(&b)
	var skipped *SkippedKindError
	switch {
	case err == nil:
		return "mail"
	case b.Len() > 0 || item.Refusal() == nil || item.Refusal().Error() != err.Error():
		t.Errorf("%d bytes, %v, %v", b.Len(), err, item.Refusal())
	case errors.As(err, &skipped):
		return skipped.Class
	}
	return err.Error()
}

// Every acceptance case of the conversion has a test that is named after it: by
// a function's name (TestC36To38Charset, TestC39C40BestBody), or by a row of
// its table.
func TestEveryAcceptanceCaseIsTested(t *testing.T) {
	have := map[int]bool{}
	names, err := filepath.Glob("*_test.go")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				for _, c := range casesIn(n.Name.Name) {
					have[c] = true
				}
			case *ast.BasicLit:
				if s, err := strconv.Unquote(n.Value); err == nil {
					if m := caseRow.FindStringSubmatch(s); n.Kind == token.STRING && m != nil {
						c, _ := strconv.Atoi(m[1])
						have[c] = true
					}
				}
			}
			return true
		})
	}
	for c := range 75 {
		if c++; !have[c] && (c <= 64 || c >= 74) { // 65 to 73 are of calendars and contacts
			t.Errorf("no test is named after C%d", c)
		}
	}
	if got := slices.Sorted(maps.Keys(have)); len(got) > 0 && got[len(got)-1] > 75 {
		t.Errorf("there is no C%d", got[len(got)-1])
	}
}

var (
	caseRow   = regexp.MustCompile(`^C([0-9]+)(?: |$)`)
	caseRange = regexp.MustCompile(`C([0-9]+)(?:To([0-9]+))?`)
)

// casesIn are the cases that the name of a test names, one after another.
func casesIn(name string) []int {
	rest, ok := strings.CutPrefix(name, "Test")
	var out []int
	for ok {
		at := caseRange.FindStringSubmatchIndex(rest)
		if ok = at != nil && at[0] == 0; !ok {
			break
		}
		first, _ := strconv.Atoi(rest[at[2]:at[3]])
		last := first
		if at[4] >= 0 {
			last, _ = strconv.Atoi(rest[at[4]:at[5]])
		}
		for c := first; c <= last; c++ {
			out = append(out, c)
		}
		rest = rest[at[1]:]
	}
	return out
}
