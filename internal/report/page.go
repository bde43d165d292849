package report

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// page is what page.html shows. All texts in it are plain, see [Plain].
type page struct {
	Policy         string
	Style, Script  template.HTML
	Mood           string
	Sign           template.HTML
	Title, Command string
	When           string
	Verdict, Lead  string
	Notes          []string
	Reasons        []string
	Next           []template.HTML

	SumTitle string
	Sum      string
	Bar      []segment
	ReadBack []string
	Besides  []Besides
	PIM      *pimSection
	Groups   []group
	Noted    []group

	Folders                           []Folder
	To, Done, There, Wrong            string // titles of columns
	DoneShort, ThereShort, WrongShort string
	Guessed                           bool

	clock

	Damage              []Damage
	Damages, MoreDamage int
	Rules               []rule
	Facts               []fact
	Version             string
}

// Moods of the verdict.
const (
	moodGood = "good"
	moodWarn = "warn"
	moodBad  = "bad"
	moodCalm = "calm"
)

// segment is a part of the bar, whose whole is 1000 wide.
type segment struct {
	Class, Name string
	Count       int
	Share       string
	X, W        float64
}

type rule struct {
	Rule, About string
	Count       int
}

type fact struct{ Name, Value string }

// maxDamage is how many damaged places a page lists.
const maxDamage = 500

func newPage(r *Report) *page {
	p := &page{
		Mood: r.mood(), Command: Plain(r.Command), Verdict: capital(Plain(r.Verdict())), Next: steps(r.general()),
		When: stamp(r.Started), Version: Plain(r.Version), Lead: r.lead(),
	}
	p.Sign = signs[p.Mood]
	p.Title = "pst2imap: " + Plain(r.Verdict())
	if !r.Complete {
		p.Reasons = plainAll(r.NotSafeBecause)
	}
	p.notes(r)
	p.SumTitle, p.Sum, p.Bar = "Every item, once", r.sentence(), r.bar()
	if r.MadeFrom == FromJournal {
		p.SumTitle, p.Sum = "What the journal knows", fmt.Sprintf("%s uploaded. How many the data file has the journal does not say.", Count(r.Totals.Uploaded, "item was", "items were"))
		for i := range p.Bar {
			p.Bar[i].Share = ""
		}
	}
	if v := r.Verify; v != nil {
		p.ReadBack = append(p.ReadBack, capital(Plain(v.Sentence()))+".")
		for _, m := range v.Mailboxes {
			p.Besides = append(p.Besides, Besides{Plain(m.Mailbox), m.Duplicate, m.Extra})
		}
	}
	if m := r.Repaired; m != nil {
		p.ReadBack = append(p.ReadBack, fmt.Sprintf("Repaired before that: %s uploaded that had been missing, %s removed.", Count(m.Uploaded, "item", "items"), Count(m.Removed, "second copy", "second copies")))
	}
	p.PIM = r.PIM.section()
	p.Groups, p.Noted = r.groups()
	p.folders(r)
	p.clock = newClock(r.Throughput)
	p.damage(r)
	for _, name := range slices.Sorted(maps.Keys(r.Warnings)) {
		p.Rules = append(p.Rules, rule{Plain(name), aboutRule(name), r.Warnings[name]})
	}
	p.Facts = r.facts()
	return p
}

func (r *Report) mood() string {
	switch {
	case r.Complete:
		return moodGood
	case r.wrong() > 0:
		return moodBad
	case r.Dry:
		return moodCalm
	}
	return moodWarn
}

// lead is the sentence below the verdict: what a frightened person needs to know.
func (r *Report) lead() string {
	switch n := r.Totals.Found; {
	case r.Complete && r.Command == "export":
		return "All " + Count(n, "item", "items") + " of the data file are accounted for."
	case r.Complete:
		return "All " + Count(n, "item", "items") + " of the data file are accounted for, and what was uploaded was read back and compared."
	}
	return "Nothing is lost by this: the data file was only read and still has everything it had."
}

func (p *page) notes(r *Report) {
	if r.MadeFrom == FromJournal {
		p.Notes = append(p.Notes, "This report was made from the journal alone, because the last run was cut off before it could write one. It knows what was uploaded; it does not know what was skipped or failed, or the names of the folders in the data file.")
	}
	if r.Redacted {
		p.Notes = append(p.Notes, "Subjects, addresses, user names and the folders of file names were left out of this report.")
	}
	for _, text := range r.Remarks() {
		p.Notes = append(p.Notes, capital(Plain(text))+".")
	}
}

func (p *page) folders(r *Report) {
	p.To, p.Done, p.There, p.Wrong = "Mailbox on the server", "Uploaded", "Present", "Failed"
	switch r.Command {
	case "export":
		p.To, p.Done = "Written to", "Written"
	case "verify":
		p.Done, p.There, p.Wrong = "", "As it should be", "Missing or wrong"
	}
	p.DoneShort, p.ThereShort, p.WrongShort = strings.ToLower(p.Done), strings.ToLower(p.There), strings.ToLower(p.Wrong)
	for _, f := range r.Folders {
		f.Path, f.Mailbox, f.Why = Plain(f.Path), Plain(f.Mailbox), Plain(f.Why)
		if f.Guessed {
			f.Mailbox += " (?)"
			p.Guessed = true
		}
		p.Folders = append(p.Folders, f)
	}
}

func (p *page) damage(r *Report) {
	p.Damages = len(r.Damage)
	// What lost something comes first.
	all := slices.Clone(r.Damage)
	slices.SortStableFunc(all, func(a, b Damage) int { return cmp.Compare(b2i(b.Lost), b2i(a.Lost)) })
	for _, d := range all[:min(maxDamage, len(all))] {
		p.Damage = append(p.Damage, Damage{Plain(d.Where), Plain(d.What), d.Lost})
	}
	p.MoreDamage = len(all) - len(p.Damage)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sentence is the sum in words.
func (r *Report) sentence() string {
	t := r.Totals
	done, there := "uploaded", "there before"
	if r.Command == "export" {
		done = "written"
	}
	var s string
	if r.Command == "verify" {
		s = fmt.Sprintf("%s found = %s as they should be + %s skipped + %s failed", Number(t.Found), Number(t.Present), Number(t.Skipped), Number(t.Failed))
	} else {
		s = fmt.Sprintf("%s found = %s %s + %s %s + %s skipped + %s failed", Number(t.Found), Number(t.Uploaded), done, Number(t.Present), there, Number(t.Skipped), Number(t.Failed))
	}
	return s + fmt.Sprintf("; the data file's own index counts %s.", Number(r.Expected))
}

// bar shows the totals: every segment that is not empty can be seen.
func (r *Report) bar() []segment {
	t := r.Totals
	list := []segment{{Class: "c-good", Name: "uploaded", Count: t.Uploaded}, {Class: "c-there", Name: "there before", Count: t.Present}}
	switch {
	case r.Command == "export":
		list[0].Name = "written"
	case r.Command == "verify" && r.Verify != nil:
		v := r.Verify
		list = []segment{{Class: "c-good", Name: "exactly the same", Count: v.Match}, {Class: "c-there", Name: "the same, with a remark", Count: v.Rewritten + v.Moved + v.StateChanged}}
	}
	list = append(list, segment{Class: "c-skip", Name: "skipped", Count: t.Skipped}, segment{Class: "c-bad", Name: "failed", Count: t.Failed},
		segment{Class: "c-open", Name: "not accounted for", Count: max(0, r.Expected-r.accounted())})
	list = slices.DeleteFunc(list, func(s segment) bool { return s.Count == 0 })
	layOut(list)
	return list
}

// layOut gives every segment its place; the smallest is wide enough to be seen.
func layOut(list []segment) {
	const least = 6
	sum, wide := 0, 0.0
	for _, s := range list {
		sum += s.Count
	}
	for i := range list {
		s := &list[i]
		part := float64(s.Count) / float64(sum)
		s.W = max(1000*part, least)
		wide += s.W
		s.Share = share(part)
	}
	at := 0.0
	for i := range list {
		list[i].X, list[i].W = round(at*1000/wide), round(list[i].W*1000/wide)
		at += list[i].W * wide / 1000
	}
}

// share is a part of the whole. What is not all is never called 100 %.
func share(part float64) string {
	switch {
	case part == 1:
		return "100 %"
	case part >= 0.999:
		return "99.9 %"
	case part < 0.001:
		return "< 0.1 %"
	}
	return fmt.Sprintf("%.1f %%", 100*part)
}

func round(f float64) float64 { return float64(int(f*10+0.5)) / 10 }

// aboutRule says what a rule of the conversion is about, by its letter.
func aboutRule(name string) string {
	about := map[string]string{
		"A": "attachments", "B": "text of the message", "H": "header fields", "I": "values that cannot be read",
		"M": "signed and encrypted mail", "P": "character sets", "R": "recipients", "F": "flags and dates",
	}
	if name == "" || about[name[:1]] == "" {
		return "other"
	}
	return about[name[:1]]
}

// Sentence is what reading back has shown.
func (v *Verify) Sentence() string {
	parts := []string{Number(v.Match) + " match"}
	for _, p := range []struct {
		n    int
		what string
	}{
		{v.Rewritten, "the same in other bytes"}, {v.Moved, "in another folder"}, {v.StateChanged, "with other flags"},
		{v.Different, "different"}, {v.Missing, "missing"},
	} {
		if p.n > 0 {
			parts = append(parts, Number(p.n)+" "+p.what)
		}
	}
	line := fmt.Sprintf("%s %s: %s", Number(v.Checked), v.how(), strings.Join(parts, ", "))
	if m := v.Resumed; m != nil {
		line += fmt.Sprintf("; %s of them had been read by the verification that was begun on %s and cut off, and were not read again", Number(m.Messages), stamp(m.Since))
	}
	if v.Duplicate > 0 {
		line += fmt.Sprintf("; %s copies too many", Number(v.Duplicate))
	}
	if v.Extra > 0 {
		line += fmt.Sprintf("; %s other messages in these folders", Number(v.Extra))
	}
	if v.Confidence != "" {
		line += "; " + v.Confidence
	}
	return line
}

// how says what each item was compared by.
func (v *Verify) how() string {
	if v.Level == "index" {
		return "looked for on the server and compared by identity, size, flags and date, not read back"
	}
	return "read back and compared"
}

func plainAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = Plain(s)
	}
	return out
}

// capital begins a sentence.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// stamp is a moment for people, in UTC: support and the person may be in
// different zones.
func stamp(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return Plain(s)
	}
	return t.UTC().Format("2006-01-02 15:04") + " UTC"
}
