package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// node is a folder, or a level of a path that no folder was given for.
type node struct {
	name    string
	parent  *node // nil directly below the top
	kids    map[string]*node
	implied bool // only named in the path of another
	items   bool
	role    Role
	guessed bool

	// sum identifies the path, so that long names that had to be cut can be
	// told apart: SHA-256 over the parent's sum and the name.
	sum [sha256.Size]byte

	spot    *spot
	cleaned bool
	why     []Reason // but for new, exists and guessed
}

// tree is the folder tree of a data file.
type tree struct {
	top     map[string]*node
	folders []*node // by index into the folders given to Map
	implied []*node // in order of appearance
}

// newTree builds the tree. A second folder with the same path becomes a node of
// its own that has no folders below it.
func newTree(folders []Folder) *tree {
	t := &tree{top: make(map[string]*node)}
	for _, f := range folders {
		n := t.add(f)
		n.role, n.items = f.Role, f.HasItems
		t.folders = append(t.folders, n)
	}
	t.implied = slices.DeleteFunc(t.implied, func(n *node) bool { return !n.implied })
	t.guess()
	return t
}

// add returns a new node for the folder, or the one implied for it so far.
func (t *tree) add(f Folder) *node {
	if len(f.Path) == 0 {
		return newNode(topName, nil)
	}
	last := len(f.Path) - 1
	parent, kids := (*node)(nil), t.top
	for _, name := range f.Path[:last] {
		n := kids[name]
		if n == nil {
			n = newNode(name, parent)
			n.implied = true
			kids[name] = n
			t.implied = append(t.implied, n)
		}
		parent, kids = n, n.kids
	}
	name := f.Path[last]
	n, seen := kids[name]
	if seen && n.implied {
		n.implied = false
		return n
	}
	n = newNode(name, parent)
	if !seen {
		kids[name] = n
	}
	return n
}

func newNode(name string, parent *node) *node {
	n := &node{name: name, parent: parent, kids: make(map[string]*node)}
	var up []byte
	if parent != nil {
		up = parent.sum[:]
	}
	n.sum = sha256.Sum256(append(up[:len(up):len(up)], norm.NFC.String(name)...))
	return n
}

// guess gives roles to folders below the top that are named like Outlook's own,
// as far as no entry id has told which folder has that role. Of several
// folders with names for one role, one that has items wins, then the first.
func (t *tree) guess() {
	known := make(map[Role]bool)
	for _, n := range t.folders {
		known[n.role] = true
	}
	best := make(map[Role]*node)
	for _, n := range t.all() {
		role, ok := RoleByName(n.name)
		if !ok || n.parent != nil || n.role != "" || known[role] {
			continue
		}
		if n.implied && role != RoleInbox {
			// Nothing is stored there, so nobody would create the role's
			// mailbox, and the next run might choose another one.
			continue
		}
		if b := best[role]; b == nil || n.items && !b.items {
			best[role] = n
		}
	}
	for role, n := range best {
		n.role, n.guessed = role, true
	}
}

// all returns every node: folders in their order, then what they imply.
func (t *tree) all() []*node { return slices.Concat(t.folders, t.implied) }

// path is the folder's path as users write it in options.
func (n *node) path() string {
	var names []string
	for ; n != nil; n = n.parent {
		names = append(names, n.name)
	}
	slices.Reverse(names)
	return strings.Join(names, "/")
}

// hash is the part of a name that had to be cut which tells it from others that
// begin alike: hashLen hexadecimal digits.
func (n *node) hash() string { return hex.EncodeToString(n.sum[:hashLen/2]) }

const hashLen = 6
