package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// entry is a file of a tree.
type entry struct {
	path string
	size int64
}

// tree is what a program wrote.
type tree struct {
	files []entry
	bytes int64
}

// emptied lists what is below a folder and gives the space back.
func emptied(dir string) (tree, error) {
	var t tree
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		st, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		t.files = append(t.files, entry{rel, st.Size()})
		t.bytes += st.Size()
		return os.Truncate(path, 0)
	})
	return t, err
}

// save writes the list of the files, a line for each.
func (t tree) save(path string) error {
	var b strings.Builder
	for _, f := range t.files {
		fmt.Fprintf(&b, "%d %s\n", f.size, f.path)
	}
	return os.WriteFile(path, []byte(b.String()), 0o600)
}

// readList is the inverse of save.
func readList(path string) (out []entry, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		size, name, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.ParseInt(size, 10, 64)
		if err != nil || !filepath.IsLocal(name) {
			return nil, fmt.Errorf("%s: %q is no file", path, lines.Text())
		}
		out = append(out, entry{name, n})
	}
	return out, lines.Err()
}
