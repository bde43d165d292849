package backup

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/pst2imap/pst2imap/internal/fsx"
)

// namer gives each folder a path of safe names, none of them twice: file
// systems differ in what they take for the same name, so names that differ in
// case or accents' form only count as the same.
type namer struct {
	taken map[string]bool
	dirs  map[string][]string // safe path of a folder path
}

func newNamer() *namer { return &namer{taken: map[string]bool{}, dirs: map[string][]string{}} }

var foldCase = cases.Fold()

func (n *namer) claim(path []string) bool {
	key := foldCase.String(norm.NFKC.String(strings.Join(path, "/")))
	if n.taken[key] {
		return false
	}
	n.taken[key] = true
	return true
}

// dir is the safe path of a folder. id tells folders of the same path apart.
func (n *namer) dir(path []string, id uint32) []string {
	var parent []string
	for i := range path {
		last := i == len(path)-1
		key := strings.Join(path[:i+1], "\x00")
		if dir, known := n.dirs[key]; known && !last {
			parent = dir
			continue
		}
		dir := n.unique(parent, fsx.SafeName(path[i], "Unnamed"))
		if _, known := n.dirs[key]; !known {
			n.dirs[key] = dir
		}
		parent = dir
	}
	if len(path) == 0 {
		return n.unique(nil, fmt.Sprintf("Folder %d", id))
	}
	return parent
}

func (n *namer) unique(parent []string, name string) []string {
	for i := 1; ; i++ {
		candidate := name
		if i > 1 {
			candidate = fmt.Sprintf("%s (%d)", name, i)
		}
		path := append(slices.Clone(parent), candidate)
		if n.claim(path) {
			return path
		}
	}
}

// file is the path of a file that is called after a folder.
func (n *namer) file(dir []string, ext string) []string {
	parent, name := dir[:len(dir)-1], dir[len(dir)-1]
	for i := 1; ; i++ {
		candidate := name + ext
		if i > 1 {
			candidate = fmt.Sprintf("%s (%d)%s", name, i, ext)
		}
		path := append(slices.Clone(parent), candidate)
		if n.claim(path) {
			return path
		}
	}
}
