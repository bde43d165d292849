package report

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
)

// LeftOut stands where something was left out.
const LeftOut = "(left out)"

// Redact gives a copy without what is private: subjects and Message-IDs; addresses
// and names of users, also inside of what the server said; the folders of file
// names. Names of mail folders stay, less the addresses in them.
func (r *Report) Redact() *Report {
	files := []string{r.Source.File, r.Source.Copy, r.Job}
	for _, s := range r.Sources {
		files = append(files, s.File, s.Copy)
	}
	scrub := NewScrubber(r.Server.User, files...)
	c := *r
	c.Redacted = true
	c.Source = scrub.source(r.Source)
	c.Sources = slices.Clone(r.Sources)
	for i := range c.Sources {
		c.Sources[i] = scrub.source(c.Sources[i])
	}
	if c.Server.User != "" {
		c.Server.User = LeftOut
	}
	c.Server.Software = scrub.Text(r.Server.Software)
	c.Server.Capabilities = scrub.all(r.Server.Capabilities)
	if r.Rescue != nil {
		c.Rescue = &Rescue{Folder: LeftOut, Items: r.Rescue.Items, Bytes: r.Rescue.Bytes}
	}
	if c.Job != "" {
		c.Job = LeftOut
	}
	c.Interrupted = scrub.Text(r.Interrupted)
	c.NotSafeBecause = scrub.all(r.NotSafeBecause)
	c.SkippedByReason, c.FailedByReason, c.Warnings = scrub.keys(r.SkippedByReason), scrub.keys(r.FailedByReason), scrub.keys(r.Warnings)
	c.Folders = slices.Clone(r.Folders)
	for i, f := range c.Folders {
		f.Path, f.Mailbox, f.Why, f.Reasons = scrub.Text(f.Path), scrub.Text(f.Mailbox), scrub.Text(f.Why), scrub.all(f.Reasons)
		c.Folders[i] = f
	}
	c.PIM = r.PIM.redact(scrub)
	if r.Verify != nil {
		v := *r.Verify
		v.Mailboxes = slices.Clone(v.Mailboxes)
		for i, m := range v.Mailboxes {
			v.Mailboxes[i].Mailbox = scrub.Text(m.Mailbox)
		}
		c.Verify = &v
	}
	c.Damage = slices.Clone(r.Damage)
	for i, d := range c.Damage {
		c.Damage[i] = Damage{scrub.Text(d.Where), scrub.Text(d.What), d.Lost}
	}
	c.Items = slices.Clone(r.Items)
	for i, it := range c.Items {
		c.Items[i] = scrub.item(it)
	}
	return &c
}

// Scrubber takes private words out of texts.
type Scrubber struct {
	words []string // folded
}

// minWord is the shortest name that is looked for in texts; shorter ones are in
// other words' company everywhere.
const minWord = 3

// NewScrubber knows the name that a person signs in with and what the paths of
// their files tell.
func NewScrubber(user string, files ...string) *Scrubber {
	s := new(Scrubber)
	s.add(user)
	if local, _, ok := strings.Cut(user, "@"); ok {
		s.add(local)
	}
	for _, f := range files {
		if m := homeOf.FindStringSubmatch(f); m != nil {
			s.add(m[1])
		}
		for _, address := range addressIn.FindAllString(f, -1) {
			local, _, _ := strings.Cut(address, "@")
			s.add(local)
		}
	}
	// The longest first: a name may be part of another.
	slices.SortFunc(s.words, func(a, b string) int { return len(b) - len(a) })
	return s
}

func (s *Scrubber) add(word string) {
	if utf8.RuneCountInString(word) >= minWord && !slices.Contains(s.words, fold(word)) {
		s.words = append(s.words, fold(word))
	}
}

var (
	// homeOf finds the user's name in a path of Windows, macOS or Linux.
	homeOf = regexp.MustCompile(`(?i)(?:^|[\\/])(?:users|home|documents and settings)[\\/]([^\\/]+)`)
	// addressIn finds addresses, quoted ones (RFC 5322 3.4.1) and those of
	// directories (X.500, as Exchange writes them) too.
	addressIn = regexp.MustCompile(`(?i)"[^"\r\n]{1,64}"@[^\s<>"',;()]+|[^\s<>"',;:()\[\]=/\\]+@[^\s<>"',;:()\[\]/\\]+|/o=[^;"<>\r\n]+`)
	// fieldIn finds header fields that a server repeats.
	fieldIn = regexp.MustCompile(`(?i)\b((?:return-path|reply-to|from|to|cc|bcc|sender|subject|message-id|user|login|authcid) ?[:=])[^;\r\n]+`)
	// foldersIn finds the folders of absolute paths: of Windows, of networks, and others.
	foldersIn = regexp.MustCompile(`([A-Za-z]:[\\/]|\\\\)(?:[^\\/:*?"<>|\r\n]+[\\/])+|(^|[\s"'(=])/(?:[^/\s;"]+(?: [^/\s;"]+)*/)+`)
)

// Text is the text without what is private.
func (s *Scrubber) Text(text string) string {
	if text == "" {
		return text
	}
	text = addressIn.ReplaceAllString(text, LeftOut)
	text = foldersIn.ReplaceAllString(text, "${2}…/")
	text = fieldIn.ReplaceAllString(text, "$1 "+LeftOut)
	for _, w := range s.words {
		text = replaceWord(text, w)
	}
	return text
}

// replaceWord replaces a folded word wherever it stands for itself.
func replaceWord(text, word string) string {
	low := fold(text)
	if len(low) != len(text) { // folding moved the places: nothing of it can be kept
		if strings.Contains(low, word) {
			return LeftOut
		}
		return text
	}
	var out strings.Builder
	for from := 0; ; {
		i := strings.Index(low[from:], word)
		if i < 0 {
			out.WriteString(text[from:])
			return out.String()
		}
		at, end := from+i, from+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if inWord(before) || inWord(after) {
			out.WriteString(text[from:end])
		} else {
			out.WriteString(text[from:at] + LeftOut)
		}
		from = end
	}
}

// fold makes upper and lower case the same.
func fold(s string) string { return cases.Fold().String(s) }

// inWord tells whether a character continues a word; the end of the text does not.
func inWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// File is the name of a file without its folders and what is private in it.
func (s *Scrubber) File(path string) string {
	if path == "" {
		return ""
	}
	if i := strings.LastIndexAny(path, `\/`); i >= 0 {
		return "…/" + s.Text(path[i+1:])
	}
	return s.Text(path)
}

func (s *Scrubber) source(f Source) Source {
	f.File, f.Copy = s.File(f.File), s.File(f.Copy)
	return f
}

func (s *Scrubber) all(texts []string) []string {
	if texts == nil {
		return nil
	}
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = s.Text(t)
	}
	return out
}

func (s *Scrubber) keys(counts map[string]int) map[string]int {
	out := make(map[string]int, len(counts))
	for k, n := range counts {
		out[s.Text(k)] += n
	}
	return out
}

// item leaves out what tells the item. Its own subject is taken out of the reason
// too: servers repeat it.
func (s *Scrubber) item(it Item) Item {
	subject := strings.TrimSpace(it.Subject)
	if utf8.RuneCountInString(subject) >= minWord {
		it.Reason = strings.ReplaceAll(it.Reason, subject, LeftOut)
	}
	if id := strings.Trim(it.MessageID, "<> "); id != "" {
		it.Reason = strings.ReplaceAll(it.Reason, id, LeftOut)
	}
	it.Folder, it.Reason, it.Category = s.Text(it.Folder), s.Text(it.Reason), s.Text(it.Category)
	it.Subject, it.MessageID = redacted(it.Subject), redacted(it.MessageID)
	return it
}

// redacted shows that there was something, and not what.
func redacted(s string) string {
	if s == "" {
		return ""
	}
	return LeftOut
}
