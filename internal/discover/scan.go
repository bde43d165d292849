package discover

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
)

// Options say where to look, and how closely.
type Options struct {
	// Dirs are folders, drives and files to look at instead of the usual folders
	// of this computer. Files that Outlook profiles name are looked at always.
	Dirs []string
	// Quick leaves out what takes time: the contents of the files.
	Quick bool
	// PerFile is how long the contents of one file may take; 0 is [DefaultPerFile].
	PerFile time.Duration
	// Listener learns how the search goes on; nil is nobody.
	Listener event.Listener
	// Registry has the Outlook profiles; nil is that of the user who runs the program.
	Registry Registry
}

// DefaultPerFile is enough for a file of some hundred thousand items on a slow disk.
const DefaultPerFile = 20 * time.Second

// Scan looks for data files. The error is that of ctx; whatever else goes wrong
// is in the result.
func Scan(ctx context.Context, o Options) (*Result, error) {
	o.PerFile = cmp.Or(o.PerFile, DefaultPerFile)
	if o.Listener == nil {
		o.Listener = event.Discard{}
	}
	if o.Registry == nil {
		o.Registry = systemRegistry()
	}
	s := &scan{Options: o, ctx: ctx, byPath: map[string]*candidate{}, byKey: map[fileKey][]*candidate{}}
	s.profiles()
	w := &walker{ctx: ctx, listen: o.Listener, found: s.file}
	err := w.search(s.places())
	s.problems = append(s.problems, w.problems...)
	if err == nil {
		err = s.look()
	}
	if err != nil {
		return nil, err
	}
	return s.result(w.looked), nil
}

// scan is one search under way.
type scan struct {
	Options
	ctx      context.Context
	accounts []Account
	list     []*candidate
	byPath   map[string]*candidate // by pathKey
	byKey    map[fileKey][]*candidate
	problems []Problem
}

// candidate is a file that was found.
type candidate struct {
	File
	info  fs.FileInfo // nil when it is not there
	asked bool        // named by the person: said even when it is no data file
	imap  bool        // it has folders of an IMAP account
}

// fileKey is what the same file found on two ways has in common.
type fileKey struct {
	size     int64
	modified time.Time
}

// places are the folders to search.
func (s *scan) places() []place {
	if len(s.Dirs) == 0 {
		return usualPlaces(s.Registry)
	}
	var list []place
	for _, dir := range s.Dirs {
		list = append(list, place{path: dir, depth: maxDepth})
	}
	return list
}

// profiles reads the Outlook profiles and takes the files that they name.
func (s *scan) profiles() {
	if s.Registry == nil {
		return
	}
	r := &reader{from: s.Registry}
	known := readProfiles(r)
	s.problems = append(s.problems, r.problems...)
	for _, p := range known {
		s.accounts = append(s.accounts, p.accounts...)
		for _, path := range p.files {
			c := s.add(path, true)
			if !slices.Contains(c.Profiles, p.name) {
				c.Profiles = append(c.Profiles, p.name)
			}
		}
	}
}

// file takes a file that the search found.
func (s *scan) file(path string, asked bool) { s.add(path, asked) }

// add takes each file once, whatever ways lead to it.
func (s *scan) add(path string, asked bool) *candidate {
	at := pathKey(path)
	if c := s.byPath[at]; c != nil {
		return c
	}
	c := &candidate{File: File{Path: path, Kind: KindUnknown, InUse: InUseUnknown, Accounts: []int{}, Profiles: []string{}}, asked: asked}
	if err := s.stat(c); err != nil {
		c.Error = plain(err)
	}
	if c.info != nil {
		key := fileKey{c.info.Size(), c.info.ModTime()}
		for _, k := range s.byKey[key] {
			if os.SameFile(k.info, c.info) {
				s.byPath[at] = k
				return k
			}
		}
		s.byKey[key] = append(s.byKey[key], c)
	}
	s.byPath[at] = c
	s.list = append(s.list, c)
	return c
}

// stat reads what the folder tells of a file.
func (s *scan) stat(c *candidate) error {
	info, err := statSoon(s.ctx, c.Path)
	if err != nil {
		return err
	}
	c.info, c.Size, c.Modified = info, info.Size(), info.ModTime().UTC().Format(time.RFC3339)
	return nil
}

// patience is how long a file server may take to say what a path is.
const patience = 10 * time.Second

var errNoAnswer = errors.New("the computer or drive that it is on does not answer")

// statSoon is os.Stat that gives up: a profile may name a file on a server that is
// switched off, and the system waits for it for minutes.
func statSoon(ctx context.Context, path string) (fs.FileInfo, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	type answer struct {
		info fs.FileInfo
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		info, err := os.Stat(path)
		answers <- answer{info, err}
	}()
	select {
	case a := <-answers:
		return a.info, a.err
	case <-ctx.Done():
		return nil, errNoAnswer
	}
}

// plain is an error without the path, which the person sees beside it.
func plain(err error) string {
	var perr *fs.PathError
	if errors.As(err, &perr) {
		err = perr.Err
	}
	return err.Error()
}

// pathKey is what the spellings of a path have in common.
func pathKey(path string) string { return folded(filepath.Clean(path)) }

// result sorts what was found.
func (s *scan) result(looked []string) *Result {
	r := &Result{Schema: Schema, Command: "scan", Files: []File{}, Accounts: []Account{}, Looked: []string{}, Problems: []Problem{}}
	r.Accounts = append(r.Accounts, s.accounts...)
	r.Looked = append(r.Looked, looked...)
	r.Problems = append(r.Problems, s.problems...)
	s.match()
	for _, c := range s.list {
		s.classify(c)
	}
	order := []Kind{KindPOP, KindArchive, KindUnknown, KindCache}
	slices.SortStableFunc(s.list, func(a, b *candidate) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)),
			cmp.Compare(b.Size, a.Size), cmp.Compare(a.Path, b.Path))
	})
	for _, c := range s.list {
		r.Files = append(r.Files, c.File)
	}
	return r
}
