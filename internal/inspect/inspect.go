// Package inspect counts what is in a data file: folders, items by class,
// attachments, and what is damaged. It reads every item's properties but
// converts nothing.
package inspect

import (
	"context"
	"path/filepath"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/pst"
)

// Result is what `inspect --json` prints; the form is stable.
type Result struct {
	File       string         `json:"file"`
	Size       int64          `json:"size"`
	Kind       string         `json:"kind"`
	Format     string         `json:"format"`
	Encryption string         `json:"encryption"`
	Folders    []Folder       `json:"folders"`
	Totals     Totals         `json:"totals"`
	Classes    map[string]int `json:"classes"`
	Damage     []Damage       `json:"damage"`
	Losses     *Losses        `json:"losses,omitempty"`
}

// Folder is one folder; the root and search folders are left out.
type Folder struct {
	Path       string `json:"path"`
	Role       string `json:"role"`
	Messages   int    `json:"messages"`
	Associated int    `json:"associated"`
	Virtual    bool   `json:"virtual,omitempty"`
}

// Totals are counts over the whole file. Messages counts every item once,
// recovered and unreadable ones included; Attachments those of top-level items,
// embedded messages among them; Embedded messages at any depth.
type Totals struct {
	Folders     int `json:"folders"`
	Messages    int `json:"messages"`
	Associated  int `json:"associated"`
	Attachments int `json:"attachments"`
	Embedded    int `json:"embedded"`
	Recovered   int `json:"recovered"`
	Unreadable  int `json:"unreadable"`
	Deep        int `json:"deep"` // messages that only a deep scan found
}

// Damage is a fault of the file that did not stop reading.
type Damage struct {
	Where string `json:"where"`
	What  string `json:"what"`
	Lost  bool   `json:"lost"` // something could not be read because of it
}

// File counts the contents of an open data file; name is what Result.File
// says. The error says that nothing could be counted or that ctx ended.
func File(ctx context.Context, s *pst.Store, name string) (*Result, error) {
	inv, err := s.Inventory()
	if err != nil {
		return nil, err
	}
	info := s.Info()
	r := &Result{
		File: filepath.ToSlash(name), Size: info.Size, Kind: info.Kind, Format: info.Format, Encryption: info.Encryption,
		Folders: []Folder{}, Classes: map[string]int{}, Damage: []Damage{},
	}
	r.Totals.Messages, r.Totals.Associated, r.Totals.Recovered = inv.Messages, inv.Associated, inv.Recovered
	r.Totals.Deep = inv.Deep
	for _, f := range inv.Folders {
		r.Folders = append(r.Folders, Folder{report.PathString(f.Path), string(f.Role), len(f.Items), f.Associated, f.Virtual})
		if !f.Virtual {
			r.Totals.Folders++
		}
		for _, id := range f.Items {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			r.item(s, id)
		}
	}
	for _, d := range s.Damage() {
		r.Damage = append(r.Damage, Damage(d))
	}
	return r, nil
}

func (r *Result) item(s *pst.Store, id pst.NodeID) {
	m, err := s.Message(id)
	if err != nil {
		r.Totals.Unreadable++
		r.Damage = append(r.Damage, Damage{"item " + id.String(), err.Error(), true})
		return
	}
	class, ok := m.Text(mapi.MessageClass)
	if !ok || class == "" {
		class = "IPM.Note"
	}
	r.Classes[class]++
	r.Totals.Attachments += r.attachments(m, 0)
}

// maxEmbedded is how deep embedded messages are counted.
const maxEmbedded = 50

// attachments counts those of m, and the embedded messages at any depth.
func (r *Result) attachments(m *pst.Message, depth int) int {
	list, err := m.Attachments()
	if err != nil {
		r.Damage = append(r.Damage, Damage{"item " + m.ID.String(), err.Error(), true})
	}
	for _, a := range list {
		if method, _ := a.Int(mapi.AttachMethod); method != mapi.AttachEmbedded || depth == maxEmbedded {
			continue
		}
		if sub, err := a.Message(); err == nil {
			r.Totals.Embedded++
			r.attachments(sub, depth+1)
		}
	}
	return len(list)
}

// Lost tells whether something in the file could not be read.
func (r *Result) Lost() bool {
	if r.Totals.Unreadable > 0 {
		return true
	}
	for _, d := range r.Damage {
		if d.Lost {
			return true
		}
	}
	return false
}
