package bench

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/rtf"
	"github.com/pst2imap/pst2imap/pst"
)

// Read reads everything in a data file with a number of workers. What is in
// memory at one time is an item for each of them, and of its attachments only a
// block. Items that cannot be read are counted as errors; an error means that
// the file cannot be opened.
func Read(path string, workers int) (Counts, error) {
	s, err := pst.Open(path)
	if err != nil {
		return Counts{}, fmt.Errorf("read: %w", err)
	}
	defer s.Close()
	total := Counts{Folders: len(s.Folders())}
	ids := make(chan []pst.NodeID)
	parts := make([]Counts, workers)
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() { parts[i] = readItems(s, ids) })
	}
	total.Errors += handOut(s, ids)
	wg.Wait()
	for _, p := range parts {
		total.Add(p)
	}
	return total, nil
}

// batch is how many items a worker takes at a time: neighbours in the file, so
// that workers do not wait for each other's pages.
const batch = 16

// handOut sends the items of the file to the workers and counts the parts of
// the tree that cannot be read.
func handOut(s *pst.Store, ids chan<- []pst.NodeID) (failed int) {
	defer close(ids)
	var next []pst.NodeID
	for id, err := range s.Messages() {
		if err != nil {
			failed++
			continue
		}
		if next = append(next, id); len(next) == batch {
			ids <- next
			next = nil
		}
	}
	ids <- next
	return failed
}

func readItems(s *pst.Store, ids <-chan []pst.NodeID) Counts {
	w := walk{hash: sha256.New()}
	for some := range ids {
		for _, id := range some {
			m, err := s.Message(id)
			w.check(err)
			if err == nil {
				w.message(m, 0)
			}
		}
	}
	return w.Counts
}

// walk reads items and counts.
type walk struct {
	Counts
	hash hash.Hash
}

func (w *walk) check(err error) {
	if err != nil {
		w.Errors++
	}
}

// maxDepth is how deep messages within messages are followed.
const maxDepth = 50

func (w *walk) message(m *pst.Message, depth int) {
	w.Messages++
	w.properties(m.Properties)
	recipients, err := m.Recipients()
	w.check(err)
	for _, r := range recipients {
		w.Recipients++
		w.properties(r.Properties)
	}
	attachments, err := m.Attachments()
	w.check(err)
	for _, a := range attachments {
		w.attachment(a, depth)
	}
}

func (w *walk) attachment(a *pst.Attachment, depth int) {
	w.Attachments++
	w.check(a.Err())
	w.properties(a.Properties)
	if a.Type(mapi.AttachData) != mapi.TypeObject || depth == maxDepth {
		return
	}
	m, err := a.Message()
	if errors.Is(err, pst.ErrNoProperty) {
		return
	}
	w.check(err)
	if err == nil {
		w.message(m, depth+1)
	}
}

func (w *walk) properties(p *pst.Properties) {
	for id, t := range p.All() {
		w.Properties++
		switch {
		case t == mapi.TypeString || t == mapi.TypeString8:
			s, _ := p.Text(id)
			w.Bytes += int64(len(s))
		case t&^mapi.MultiValue == mapi.TypeString || t&^mapi.MultiValue == mapi.TypeString8:
			for _, s := range p.Texts(id) {
				w.Bytes += int64(len(s))
			}
		case id == mapi.AttachData && t == mapi.TypeBinary:
			w.hashData(p)
		default:
			w.value(p, id)
		}
	}
	w.Errors += len(p.Faults())
}

func (w *walk) value(p *pst.Properties, id mapi.PropID) {
	v, err := p.Value(id)
	w.check(err)
	if id == mapi.RtfCompressed {
		v.Data, err = rtf.Decompress(v.Data)
		w.check(err)
	}
	w.Bytes += int64(len(v.Data))
}

// hashData streams the data of an attachment.
func (w *walk) hashData(p *pst.Properties) {
	r, _, err := p.Open(mapi.AttachData)
	w.check(err)
	if err != nil {
		return
	}
	w.hash.Reset()
	n, err := io.Copy(w.hash, r)
	w.check(err)
	w.Hashed += n
}

// Folders opens a data file and lists its folders.
func Folders(path string) (Counts, error) {
	s, err := pst.Open(path)
	if err != nil {
		return Counts{}, fmt.Errorf("folders: %w", err)
	}
	defer s.Close()
	list := s.Folders()
	return Counts{Folders: len(list), Errors: losses(s)}, nil
}

// Inventory opens a data file and finds every message and the folder it is in.
func Inventory(path string) (Counts, error) {
	s, err := pst.Open(path)
	if err != nil {
		return Counts{}, fmt.Errorf("inventory: %w", err)
	}
	defer s.Close()
	inv, err := s.Inventory()
	if err != nil {
		return Counts{}, fmt.Errorf("inventory of %s: %w", path, err)
	}
	return Counts{Folders: len(inv.Folders), Messages: inv.Messages, Errors: losses(s)}, nil
}

func losses(s *pst.Store) (n int) {
	for _, d := range s.Damage() {
		if d.Lost {
			n++
		}
	}
	return n
}
