package plan

import (
	"fmt"
	"slices"
	"testing"
)

func TestFlags(t *testing.T) {
	system := []string{`\Answered`, `\Flagged`, `\Deleted`, `\Seen`, `\Draft`}
	wanted := []string{`\Seen`, `\Flagged`, "$Forwarded", "Red_Category", "$forwarded", `\seen`}
	for _, tt := range []struct {
		what            string
		permanent       []string
		stored, dropped string
	}{
		{"any keyword", append(slices.Clone(system), `\*`), `[\Seen \Flagged $Forwarded Red_Category]`, "[]"},
		{"only \\*", []string{`\*`}, `[\Seen \Flagged $Forwarded Red_Category]`, "[]"},
		{"no keywords", system, `[\Seen \Flagged]`, "[$Forwarded Red_Category]"},
		{"keywords one by one, lower-cased", append(slices.Clone(system), "$forwarded", "junk"), `[\Seen \Flagged $forwarded]`, "[Red_Category]"},
		{"lower-cased and \\*", append(slices.Clone(system), "red_category", `\*`), `[\Seen \Flagged $Forwarded red_category]`, "[]"},
		{"system flags in other case", []string{`\SEEN`, `\flagged`}, `[\Seen \Flagged]`, "[$Forwarded Red_Category]"},
		{"some system flags only", []string{`\Seen`, `\Deleted`, `\*`}, `[\Seen $Forwarded Red_Category]`, `[\Flagged]`},
		{"nothing told", nil, `[\Seen \Flagged]`, "[$Forwarded Red_Category]"},
		{"full after one keyword", WithoutNew(append(slices.Clone(system), `\*`), []string{"Red_Category"}),
			`[\Seen \Flagged Red_Category]`, "[$Forwarded]"},
	} {
		stored, dropped := Flags(wanted, tt.permanent)
		if fmt.Sprint(stored) != tt.stored || fmt.Sprint(dropped) != tt.dropped {
			t.Errorf("%s: stored %v, dropped %v; want %s and %s", tt.what, stored, dropped, tt.stored, tt.dropped)
		}
	}
	if stored, dropped := Flags(nil, system); stored != nil || dropped != nil {
		t.Errorf("no flags became %v and %v", stored, dropped)
	}
}
