package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"time"
)

// file is one that goes into an archive, or is one.
type file struct {
	name string // with slashes
	mode fs.FileMode
	data []byte
}

// documents are the files that all archives have: what there is to read, the
// manual page and a script for each shell.
func documents(source string) ([]file, error) {
	var out []file
	for _, pattern := range []string{"README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "docs/*.md", "docs/*.json", "docs/*.csv", "docs/*.1", "docs/images/*"} {
		names, err := filepath.Glob(filepath.Join(source, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			rel, err := filepath.Rel(source, name)
			if err != nil {
				return nil, err
			}
			out = append(out, file{filepath.ToSlash(rel), 0o644, data})
		}
	}
	more, err := scripts(source)
	return append(out, more...), err
}

// scripts asks the program for what shells need.
func scripts(source string) ([]file, error) {
	host := target{runtime.GOOS, runtime.GOARCH}
	program, err := build(source, host)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pst2imap-release-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it is temporary
	path := filepath.Join(dir, host.program())
	if err := os.WriteFile(path, program, 0o700); err != nil {
		return nil, err
	}
	var out []file
	for _, s := range []struct{ shell, name string }{
		{"bash", "pst2imap.bash"}, {"zsh", "_pst2imap"}, {"fish", "pst2imap.fish"}, {"powershell", "pst2imap.ps1"},
	} {
		script, err := output(source, path, "completion", s.shell)
		if err != nil {
			return nil, err
		}
		out = append(out, file{"completion/" + s.name, 0o644, []byte(script + "\n")})
	}
	return out, nil
}

// pack makes the archive that people of a system expect, with one folder in it. It
// has no owner and no time but that of the commit.
func pack(name, system string, when time.Time, files []file) (file, error) {
	var b bytes.Buffer
	if system == "windows" {
		err := packZip(&b, name, when, files)
		return file{name + ".zip", 0o644, b.Bytes()}, err
	}
	err := packTar(&b, name, when, files)
	return file{name + ".tar.gz", 0o644, b.Bytes()}, err
}

func packZip(b *bytes.Buffer, dir string, when time.Time, files []file) error {
	z := zip.NewWriter(b)
	for _, f := range files {
		h := &zip.FileHeader{Name: path.Join(dir, f.name), Method: zip.Deflate, Modified: when}
		h.SetMode(f.mode)
		w, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := w.Write(f.data); err != nil {
			return err
		}
	}
	return z.Close()
}

func packTar(b *bytes.Buffer, dir string, when time.Time, files []file) error {
	g, err := gzip.NewWriterLevel(b, gzip.BestCompression)
	if err != nil {
		return err
	}
	t := tar.NewWriter(g)
	for _, f := range files {
		h := &tar.Header{Name: path.Join(dir, f.name), Mode: int64(f.mode), Size: int64(len(f.data)), ModTime: when, Format: tar.FormatPAX}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if _, err := t.Write(f.data); err != nil {
			return err
		}
	}
	return errors.Join(t.Close(), g.Close())
}
