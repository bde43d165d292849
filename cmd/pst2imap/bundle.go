package main

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
)

// maxLog is how much of the end of a log a bundle takes, in bytes.
const maxLog = 4 << 20

// bundle is a ZIP file for a support ticket with nothing private in it.
type bundle struct {
	zip   *zip.Writer
	dir   string
	scrub *report.Scrubber
	paths *strings.Replacer // leaves out folders
}

func writeBundle(path, dir string, r *report.Report) error {
	files := []string{r.Source.File, dir, r.Job}
	for _, s := range r.Sources {
		files = append(files, s.File)
	}
	err := writeWhole(path, func(w io.Writer) error {
		b := &bundle{zip: zip.NewWriter(w), dir: dir, scrub: report.NewScrubber(r.Server.User, files...), paths: withoutFolders(dir, r)}
		return errors.Join(b.fill(r.Redact()), b.zip.Close())
	})
	if err != nil {
		return &failure{exitCannotWrite, fmt.Errorf("the bundle could not be written: %w", err), "give another path with --bundle"}
	}
	return nil
}

// withoutFolders leaves out the job folder, and those that the data files lie in.
func withoutFolders(dir string, r *report.Report) *strings.Replacer {
	folders := []string{r.Job, dir, filepath.Dir(r.Source.File)}
	if abs, err := filepath.Abs(dir); err == nil {
		folders = append(folders, abs)
	}
	for _, s := range r.Sources {
		folders = append(folders, filepath.Dir(s.File))
	}
	var pairs []string
	for _, f := range folders {
		if strings.ContainsAny(f, `/\`) && len(f) > 1 {
			pairs = append(pairs, f, report.LeftOut)
		}
	}
	return strings.NewReplacer(pairs...)
}

func (b *bundle) fill(redacted *report.Report) error {
	return errors.Join(
		b.add("report.json", redacted.JSON),
		b.add("report.html", redacted.HTML),
		b.add("items.csv", redacted.CSV),
		b.add("server.txt", func(w io.Writer) error { return describeServer(w, redacted) }),
		b.addJournal(),
		b.addLogs(),
	)
}

func (b *bundle) add(name string, write func(io.Writer) error) error {
	w, err := b.zip.Create(name)
	if err != nil {
		return err
	}
	return write(w)
}

// describeServer is what support asks first, without opening anything else.
func describeServer(w io.Writer, r *report.Report) error {
	_, err := fmt.Fprintf(w, "program: pst2imap %s\nserver: %s port %d\nsoftware: %s\ncapabilities: %s\nexit code: %d\n",
		clean(r.Version), clean(r.Server.Host), r.Server.Port, clean(r.Server.Software), clean(strings.Join(r.Server.Capabilities, " ")), r.Exit)
	return err
}

func (b *bundle) addJournal() error {
	f, err := os.Open(filepath.Join(b.dir, journal.FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // verify has none
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return b.add(journal.FileName, func(w io.Writer) error {
		_, err := journal.Redact(w, f, b.scrub.Text, b.scrub.File)
		return err
	})
}

// addLogs takes the logs of the job, line by line.
func (b *bundle) addLogs() error {
	logs, err := filepath.Glob(filepath.Join(globEscape(b.dir), "*.log"))
	if err != nil {
		return err
	}
	var errs []error
	for _, path := range logs {
		errs = append(errs, b.add(b.scrub.Text(filepath.Base(path)), func(w io.Writer) error { return b.copyLog(w, path) }))
	}
	return errors.Join(errs...)
}

func (b *bundle) copyLog(w io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	if st, err := f.Stat(); err == nil && st.Size() > maxLog {
		if _, err := f.Seek(-maxLog, io.SeekEnd); err != nil {
			return err
		}
		sc.Scan() // the rest of a line
	}
	sc.Buffer(nil, maxLog)
	for sc.Scan() {
		if _, err := io.WriteString(w, clean(b.scrub.Text(b.paths.Replace(sc.Text())))+"\n"); err != nil {
			return err
		}
	}
	return sc.Err()
}

// globEscape keeps what a folder is called from being a pattern.
func globEscape(s string) string {
	return strings.NewReplacer(`[`, `[[]`, `*`, `[*]`, `?`, `[?]`).Replace(s)
}
