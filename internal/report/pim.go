package report

import (
	"fmt"
	"strings"
)

// Reasons of items that are no mail but what calendars and address books are made
// of. The first does not stand against the verdict "complete".
const (
	ReasonWritten    = "written to .ics/.vcf"
	ReasonNotWritten = "no mail, and not in .ics/.vcf files"
)

// ReasonUnwritable is the reason of items whose file could not be written.
const ReasonUnwritable = "cannot be written"

// PIM is what became of personal information that is no mail.
type PIM struct {
	Folder string    `json:"folder"` // where the files are
	Kinds  []PIMKind `json:"kinds"`
	Files  []PIMFile `json:"files"`
}

// PIMKind counts the items of a kind: "calendar", "contacts", "tasks", "journal",
// "notes". Found is the sum of the others.
type PIMKind struct {
	Kind    string `json:"kind"`
	Found   int    `json:"found"`
	Written int    `json:"written"` // by this run
	Present int    `json:"present"` // as before
	Skipped int    `json:"skipped"` // exact duplicates, and what no file has
	Failed  int    `json:"failed"`
}

// PIMFile is a file of items of one folder of the data file.
type PIMFile struct {
	File  string `json:"file"` // below PIM.Folder, with "/"
	Path  string `json:"path"` // of the folder
	Items int    `json:"items"`
}

// PIM starts the part of the report about what is no mail, in files below a folder.
func (c *Recorder) PIM(folder string) *PIM {
	if c.r.PIM == nil {
		c.r.PIM = &PIM{Folder: folder, Kinds: []PIMKind{}, Files: []PIMFile{}}
	}
	return c.r.PIM
}

// Add counts an item. Uploaded stands for written.
func (p *PIM) Add(kind string, s State) {
	k := p.kind(kind)
	k.Found++
	switch s {
	case Uploaded:
		k.Written++
	case Present:
		k.Present++
	case Failed:
		k.Failed++
	default:
		k.Skipped++
	}
}

func (p *PIM) kind(name string) *PIMKind {
	for i := range p.Kinds {
		if p.Kinds[i].Kind == name {
			return &p.Kinds[i]
		}
	}
	p.Kinds = append(p.Kinds, PIMKind{Kind: name})
	return &p.Kinds[len(p.Kinds)-1]
}

// Sentence says for people what is in the files, "" when nothing is.
func (p *PIM) Sentence() string {
	var parts []string
	for _, k := range p.Kinds {
		if n := k.Written + k.Present; n > 0 {
			parts = append(parts, Number(n)+" "+k.words(n))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("no mail, but in %s in %s: %s", Count(len(p.Files), "file", "files"), p.Folder, strings.Join(parts, ", "))
}

// words is what the items of a kind are called.
func (k PIMKind) words(n int) string {
	w, ok := map[string][2]string{"calendar": {"event", "events"}, "contacts": {"contact", "contacts"}, "tasks": {"task", "tasks"},
		"journal": {"journal entry", "journal entries"}, "notes": {"note", "notes"}}[k.Kind]
	switch {
	case !ok:
		return k.Kind
	case n == 1:
		return w[0]
	}
	return w[1]
}

// pimSection is the same for the page.
type pimSection struct {
	Text  string
	Kinds []PIMKind
	Files []PIMFile
}

func (p *PIM) section() *pimSection {
	if p == nil || len(p.Kinds) == 0 {
		return nil
	}
	s := &pimSection{Text: capital(Plain(p.Sentence())), Kinds: p.Kinds}
	for _, f := range p.Files {
		s.Files = append(s.Files, PIMFile{Plain(f.File), Plain(f.Path), f.Items})
	}
	return s
}

func (p *PIM) redact(scrub *Scrubber) *PIM {
	if p == nil {
		return nil
	}
	c := &PIM{Folder: LeftOut, Kinds: p.Kinds, Files: make([]PIMFile, len(p.Files))}
	for i, f := range p.Files {
		c.Files[i] = PIMFile{scrub.Text(f.File), scrub.Text(f.Path), f.Items}
	}
	return c
}
