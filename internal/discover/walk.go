package discover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/pst2imap/pst2imap/internal/event"
)

// place is a folder to search, or a file.
type place struct {
	path  string
	depth int    // levels of folders below it that are searched too
	usual bool   // not asked for: it need not exist
	name  string // canonical, of a folder
}

// Bounds of a search. A drive of a few million files has some hundred thousand folders.
const (
	maxDepth   = 200
	maxFolders = 2_000_000
	chunk      = 1000 // entries read at once
)

// dataFileName is what data files and copies of them that were put aside are
// called: mail.pst, mail.pst.bak.
var dataFileName = regexp.MustCompile(`(?i)\.(pst|ost|pab)(\.[^.]*)?$`)

// walker searches folders. Each is visited once, whatever links lead to it.
type walker struct {
	ctx    context.Context
	listen event.Listener
	found  func(path string, asked bool)

	visited map[string]bool // canonical names
	roots   []place
	stack   []place

	looked   []string
	problems []Problem
}

// search looks into all places. The error is that of the context.
func (w *walker) search(places []place) error {
	w.visited = map[string]bool{}
	for _, p := range places {
		w.add(p)
	}
	for len(w.stack) > 0 {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		if len(w.visited) > maxFolders {
			w.problem(w.stack[0].path, fmt.Errorf("there are more than %d folders: the rest was not searched", maxFolders))
			return nil
		}
		last := len(w.stack) - 1
		p := w.stack[last]
		w.stack = w.stack[:last]
		w.folder(p)
	}
	return nil
}

// add notes a place, which may be a single file.
func (w *walker) add(p place) {
	path, err := filepath.Abs(p.path)
	var info fs.FileInfo
	if err == nil {
		p.path = path
		info, err = statSoon(w.ctx, path)
	}
	switch {
	case err == nil && !info.IsDir():
		w.found(path, true)
	case err == nil:
		p.name = canonical(path)
		w.looked = append(w.looked, path)
		w.roots = append(w.roots, p)
		w.stack = append(w.stack, p)
	case p.usual && errors.Is(err, fs.ErrNotExist):
	default:
		w.problem(p.path, err)
	}
}

// folder reads the entries of a folder.
func (w *walker) folder(p place) {
	if w.visited[p.name] {
		return
	}
	w.visited[p.name] = true
	w.listen.Progress(event.Progress{Stage: event.StageFind, Folder: p.path, Done: len(w.visited)})
	d, err := os.Open(p.path)
	if err != nil {
		w.problem(p.path, err)
		return
	}
	defer d.Close()
	for w.ctx.Err() == nil {
		entries, err := d.ReadDir(chunk)
		for _, e := range entries {
			w.entry(p, e)
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				w.problem(p.path, err)
			}
			return
		}
	}
}

func (w *walker) entry(in place, e fs.DirEntry) {
	path := filepath.Join(in.path, e.Name())
	switch kind := e.Type(); {
	case kind.IsDir():
		w.below(in, path, filepath.Join(in.name, folded(e.Name())))
	case kind&(fs.ModeSymlink|fs.ModeIrregular) != 0:
		w.link(in, path)
	case kind.IsRegular() && dataFileName.MatchString(e.Name()):
		w.found(path, false)
	}
}

func (w *walker) below(in place, path, name string) {
	switch {
	case in.depth == 0 || systemFolder(path):
	case levels(path) > maxDepth:
		w.problem(path, fmt.Errorf("folders below level %d are not searched", maxDepth))
	default:
		w.stack = append(w.stack, place{path: path, depth: in.depth - 1, name: name})
	}
}

// levels is how deep a path is.
func levels(path string) int { return strings.Count(path, string(filepath.Separator)) }

// link follows a link, or what Windows calls a reparse point, to a file or to a
// folder that is not searched anyway. One that leads nowhere is none of our
// business.
func (w *walker) link(in place, path string) {
	info, err := os.Stat(path)
	if err != nil {
		return
	}
	if !info.IsDir() {
		if dataFileName.MatchString(path) {
			w.found(path, false)
		}
		return
	}
	if name := canonical(path); !w.covered(name) {
		w.below(in, path, name)
	}
}

// covered tells whether a folder is searched as part of a place.
func (w *walker) covered(name string) bool {
	const sep = string(filepath.Separator)
	for _, r := range w.roots {
		rest, ok := strings.CutPrefix(name+sep, strings.TrimSuffix(r.name, sep)+sep)
		if ok && levels(rest) <= r.depth {
			return true
		}
	}
	return false
}

func (w *walker) problem(path string, err error) {
	var perr *fs.PathError
	if errors.As(err, &perr) {
		err = perr.Err
	}
	w.problems = append(w.problems, Problem{path, err.Error()})
}

// canonical is the one name of a folder that all links to it lead to, or the path
// itself where the system does not tell.
func canonical(path string) string {
	name, err := finalPath(path)
	if err != nil {
		name = path
	}
	return folded(name)
}

// folded is a name as the system compares it.
func folded(name string) string {
	if runtime.GOOS == "windows" {
		return strings.ToLower(name)
	}
	return name
}

// systemFolder tells of folders that hold no files of people: those that only the
// system may read, and what looks like files and is none.
func systemFolder(path string) bool {
	switch runtime.GOOS {
	case "windows":
		return strings.EqualFold(filepath.Base(path), "System Volume Information")
	case "linux":
		return path == "/proc" || path == "/sys" || path == "/dev"
	}
	return false
}
