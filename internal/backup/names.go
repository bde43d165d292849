package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxName is how long a name may be in bytes: file systems take 255, some
// encrypted ones 143, and Windows counts the whole path.
const maxName = 100

// safeName makes a name that Windows, macOS and Linux take as the name of a file
// or folder, and that never means another place. An empty name becomes fallback.
func safeName(name, fallback string) string {
	name = strings.Map(safeRune, norm.NFC.String(name))
	name = strings.TrimRight(strings.TrimLeft(name, " "), ". ")
	if strings.HasPrefix(name, ".") {
		name = "_" + name[1:]
	}
	if reserved(name) {
		name = "_" + name
	}
	if name == "" {
		return fallback
	}
	return shortName(name)
}

// safeRune is what stands for a character in a name, negative for nothing.
func safeRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == ' '):
		return r
	case r == utf8.RuneError, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
		return -1
	case strings.ContainsRune(`<>:"/\|?*`, r):
		return '_'
	}
	return r
}

// reserved tells whether Windows takes the name for a device, whatever follows
// a dot, or a Maildir for one of its own folders.
func reserved(name string) bool {
	base, _, _ := strings.Cut(strings.ToLower(name), ".")
	base = strings.TrimRight(base, " ")
	switch base {
	case "con", "prn", "aux", "nul", "conin$", "conout$", "cur", "new", "tmp":
		return true
	}
	if len(base) < 4 || base[:3] != "com" && base[:3] != "lpt" {
		return false
	}
	switch base[3:] {
	case "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³":
		return true
	}
	return false
}

// shortName cuts a long name at a character and adds a hash of the whole.
func shortName(name string) string {
	if len(name) <= maxName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	suffix := "~" + hex.EncodeToString(sum[:4])
	cut := maxName - len(suffix)
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return strings.TrimRight(name[:cut], ". ") + suffix
}

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
		dir := n.unique(parent, safeName(path[i], "Unnamed"))
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
