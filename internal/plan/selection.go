package plan

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
)

// SelectionOptions say what of a data file the user wants, with imapsync's names
// and meanings. Folder paths are joined by "/"; those of Folders and
// FoldersBelow are compared without case. The zero value is everything.
type SelectionOptions struct {
	Folders      []string // --folder: these
	FoldersBelow []string // --folderrec: these and what is below them
	Include      []string // --include: those whose path matches one
	Exclude      []string // --exclude: none of those whose path matches one, whatever asked for it

	MaxSize int64   // --maxsize: bytes; as many or more are left out; 0 is no limit
	MinSize int64   // --minsize: bytes; as many or fewer are left out
	MaxAge  float64 // --maxage: days; older ones are left out; 0 is no limit
	MinAge  float64 // --minage: days; newer ones are left out

	FoldersOnly bool // --justfolders: no item at all

	Now time.Time // what ages are counted from
}

// Selection decides what is left out. A nil Selection leaves out nothing.
type Selection struct {
	o                SelectionOptions
	include, exclude []*regexp.Regexp
}

// Reasons to leave something out. They are part of the JSON report.
const (
	OutFolder = "folder not chosen"
	OutSize   = "size not chosen"
	OutAge    = "age not chosen"
	OutItems  = "only folders were asked for"
)

// NewSelection checks the options. A regular expression is one of Go (RE2),
// found anywhere in the path unless it says otherwise.
func NewSelection(o SelectionOptions) (*Selection, error) {
	s := &Selection{o: o}
	var err error
	if s.include, err = compile("include", o.Include); err != nil {
		return nil, err
	}
	if s.exclude, err = compile("exclude", o.Exclude); err != nil {
		return nil, err
	}
	for name, v := range map[string]float64{"maxsize": float64(o.MaxSize), "minsize": float64(o.MinSize), "maxage": o.MaxAge, "minage": o.MinAge} {
		if v < 0 || math.IsNaN(v) {
			return nil, fmt.Errorf("--%s must not be negative", name)
		}
	}
	return s, nil
}

func compile(option string, list []string) ([]*regexp.Regexp, error) {
	out := make([]*regexp.Regexp, len(list))
	for i, text := range list {
		re, err := regexp.Compile(text)
		if err != nil {
			return nil, fmt.Errorf("--%s %q is no regular expression: %w", option, text, err)
		}
		out[i] = re
	}
	return out, nil
}

// Everything tells whether nothing can be left out.
func (s *Selection) Everything() bool {
	return s == nil || s.allFolders() && len(s.exclude) == 0 && !s.limits() && !s.o.FoldersOnly
}

// limits tells whether size or age of an item matter.
func (s *Selection) limits() bool {
	return s.o.MaxSize > 0 || s.o.MinSize > 0 || s.o.MaxAge > 0 || s.o.MinAge > 0
}

// allFolders tells whether no folder was asked for in particular.
func (s *Selection) allFolders() bool {
	return len(s.o.Folders)+len(s.o.FoldersBelow)+len(s.include) == 0
}

// Folder returns why the folder and its items are left out, "" if they are not.
// A folder that was left out need not get a mailbox.
func (s *Selection) Folder(path []string) (out string) {
	if s == nil {
		return ""
	}
	name := strings.Join(path, "/")
	if !s.allFolders() && !s.asked(name) || matchesAny(s.exclude, name) {
		return OutFolder
	}
	return ""
}

func (s *Selection) asked(name string) bool {
	key := fold(name)
	is := func(want string) bool { return fold(strings.TrimRight(want, "/")) == key }
	below := func(want string) bool {
		return is(want) || strings.HasPrefix(key, fold(strings.TrimRight(want, "/"))+"/")
	}
	return slices.ContainsFunc(s.o.Folders, is) || slices.ContainsFunc(s.o.FoldersBelow, below) || matchesAny(s.include, name)
}

func matchesAny(list []*regexp.Regexp, name string) bool {
	return slices.ContainsFunc(list, func(re *regexp.Regexp) bool { return re.MatchString(name) })
}

// Items returns why no item at all is wanted, "" if some are. It needs nothing
// of the item, so it can be asked before the item is opened.
func (s *Selection) Items() (out string) {
	if s != nil && s.o.FoldersOnly {
		return OutItems
	}
	return ""
}

// Item returns why an item of that size in bytes, as it would be uploaded, and
// that date, which becomes its INTERNALDATE, is left out, "" if it is not. An
// item without a date has no age and is never left out for it.
func (s *Selection) Item(size int64, date time.Time) (out string) {
	switch {
	case s == nil:
		return ""
	case s.o.MaxSize > 0 && size >= s.o.MaxSize, s.o.MinSize > 0 && size <= s.o.MinSize:
		return OutSize
	case date.IsZero():
		return ""
	}
	age := s.o.Now.Sub(date).Hours() / 24
	old, fresh := s.o.MaxAge > 0 && age > s.o.MaxAge, s.o.MinAge > 0 && age < s.o.MinAge
	if s.o.MaxAge > 0 && s.o.MinAge > s.o.MaxAge {
		// The two ranges do not meet: what is in one of them is wanted.
		old, fresh = old && fresh, false
	}
	if old || fresh {
		return OutAge
	}
	return ""
}

// Missing returns the folders asked for by name that paths do not have, so that a
// misspelled one is an error and not an empty result.
func (s *Selection) Missing(paths [][]string) []string {
	if s == nil {
		return nil
	}
	have := make(map[string]bool, len(paths))
	for _, p := range paths {
		for i := range p {
			have[fold(strings.Join(p[:i+1], "/"))] = true
		}
	}
	var out []string
	for _, want := range slices.Concat(s.o.Folders, s.o.FoldersBelow) {
		if !have[fold(strings.TrimRight(want, "/"))] {
			out = append(out, want)
		}
	}
	return out
}

// ParseRename reads --f1f2 arguments, 'folder=mailbox', for [Options.Rename].
// Either name may have "=" in it: the folder is the shortest beginning that is
// one of paths. An argument without such a folder, or without a mailbox, is an
// error, and so is a folder named twice.
func ParseRename(args []string, paths [][]string) (map[string]string, error) {
	if len(args) == 0 {
		return nil, nil
	}
	have := make(map[string]bool, len(paths))
	for _, p := range paths {
		have[fold(strings.Join(p, "/"))] = true
	}
	out, seen := make(map[string]string, len(args)), make(map[string]bool)
	for _, arg := range args {
		from, to, err := splitRename(arg, have)
		if err != nil {
			return nil, err
		}
		if seen[fold(from)] {
			return nil, fmt.Errorf("--f1f2 names the folder %q twice", from)
		}
		seen[fold(from)] = true
		out[from] = to
	}
	return out, nil
}

func splitRename(arg string, have map[string]bool) (from, to string, err error) {
	if !strings.Contains(arg, "=") {
		return "", "", fmt.Errorf("--f1f2 %q is not of the form FOLDER=MAILBOX", arg)
	}
	for i, c := range arg {
		if c == '=' && have[fold(arg[:i])] {
			if strings.Trim(arg[i+1:], "/ ") == "" {
				return "", "", fmt.Errorf("--f1f2 %q names no mailbox", arg)
			}
			return arg[:i], arg[i+1:], nil
		}
	}
	from, _, _ = strings.Cut(arg, "=")
	return "", "", fmt.Errorf("--f1f2: the data file has no folder %q", from)
}
