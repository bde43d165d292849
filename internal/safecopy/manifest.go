package safecopy

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/fsx"
)

// Names of files that are beside the copies.
const (
	ManifestName = "manifest.json"
	SumsName     = "SHA256SUMS" // for sha256sum -c
	lockName     = ".pst2imap.lock"
	partSuffix   = ".incomplete"
)

// Schema is the version of the manifest's form (docs/backup.schema.json).
const Schema = 1

// Manifest lists what is in a folder of copies.
type Manifest struct {
	Schema  int       `json:"schema"`
	Program string    `json:"program"`
	Version string    `json:"version"` // of the program that wrote it last
	Written time.Time `json:"written"`
	Files   []Entry   `json:"files"`
	Exports []Export  `json:"exports,omitempty"`
}

// Entry is a copy that was verified.
type Entry struct {
	Name     string    `json:"name"` // of the file in the folder
	Size     int64     `json:"size"` // bytes
	SHA256   string    `json:"sha256"`
	Source   Source    `json:"source"`
	Started  time.Time `json:"started"`
	Verified time.Time `json:"verified"` // when it was read back and found equal
	Version  string    `json:"version"`  // of the program that made it
}

// Source is the file that was copied, as it was then.
type Source struct {
	Computer   string    `json:"computer,omitempty"` // its name: two may have a file of the same path
	Path       string    `json:"path"`
	Modified   time.Time `json:"modified"`
	ShadowCopy bool      `json:"shadow_copy,omitempty"` // read from a Volume Shadow Copy
}

// State is the state that the copy is of.
func (e Entry) State() State {
	return State{Path: e.Source.Path, Size: e.Size, Modified: e.Source.Modified}
}

// Export is a tree of mail files that was written beside the copies. Its files are
// not in the checksums.
type Export struct {
	Folder  string    `json:"folder"` // in the folder of the manifest
	Of      string    `json:"of"`     // name of the copy
	Format  string    `json:"format"` // eml, mbox or maildir
	Written time.Time `json:"written"`
}

// Find gives the newest copy of a file in this state. It says nothing about whether
// the copy is still there: see [Verified] and [Check].
func (m *Manifest) Find(s State) (Entry, bool) {
	for _, e := range slices.Backward(m.Files) {
		if e.State().Same(s) {
			return e, true
		}
	}
	return Entry{}, false
}

// Verified gives the path of the verified copy of a file in this state that is in
// dir; ok is false when there is none, or one of another size than it had. The
// contents are not read: [Check] does that. The error is that of [ReadManifest] or of
// the system.
func Verified(dir string, s State) (path string, e Entry, ok bool, err error) {
	m, err := ReadManifest(dir)
	if errors.Is(err, os.ErrNotExist) {
		return "", Entry{}, false, nil
	}
	if err != nil {
		return "", Entry{}, false, err
	}
	if e, ok = m.Find(s); !ok {
		return "", Entry{}, false, nil
	}
	path = filepath.Join(dir, e.Name)
	info, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", Entry{}, false, nil
	}
	if err != nil {
		return "", Entry{}, false, err
	}
	if !info.Mode().IsRegular() || info.Size() != e.Size {
		return "", Entry{}, false, nil
	}
	return path, e, true, nil
}

// ErrManifest says that a manifest cannot be used as it is.
var ErrManifest = errors.New("not a manifest of a backup")

// maxManifest bounds what is read as a manifest; an entry has some hundred bytes.
const maxManifest = 32 << 20

// ReadManifest reads the manifest of a folder. The error wraps [os.ErrNotExist] when
// there is none and [ErrManifest] when there is one that cannot be used.
func ReadManifest(dir string) (*Manifest, error) {
	path := filepath.Join(dir, ManifestName)
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err != nil {
		return nil, err
	}
	m, err := parseManifest(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// newManifest is that of a folder without one. Checksums without a manifest are
// someone else's and are not written over.
func newManifest(dir string) (*Manifest, error) {
	if _, err := os.Lstat(filepath.Join(dir, SumsName)); err == nil {
		return nil, &RefusedError{dir, "it has a " + SumsName + " and no " + ManifestName + ", so that it is of something else"}
	}
	return &Manifest{Schema: Schema, Program: "pst2imap"}, nil
}

func parseManifest(b []byte) (*Manifest, error) {
	if len(b) > maxManifest {
		return nil, fmt.Errorf("%w: larger than %d bytes", ErrManifest, maxManifest)
	}
	m := new(Manifest)
	if err := json.Unmarshal(b, m); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrManifest, err)
	}
	if m.Schema != Schema {
		return nil, fmt.Errorf("%w: schema %d, and this program knows %d", ErrManifest, m.Schema, Schema)
	}
	seen := map[string]bool{}
	for i, e := range m.Files {
		if err := e.valid(); err != nil {
			return nil, fmt.Errorf("%w: file %d: %w", ErrManifest, i, err)
		}
		if seen[folded(e.Name)] {
			return nil, fmt.Errorf("%w: file %d: %q is there twice", ErrManifest, i, e.Name)
		}
		seen[folded(e.Name)] = true
	}
	for i, x := range m.Exports {
		if !plain(x.Folder) {
			return nil, fmt.Errorf("%w: export %d: %q is no name in this folder", ErrManifest, i, x.Folder)
		}
	}
	return m, nil
}

func (e Entry) valid() error {
	sum, err := hex.DecodeString(e.SHA256)
	switch {
	case !plain(e.Name):
		return fmt.Errorf("%q is no name in this folder", e.Name)
	case e.Size < 0:
		return fmt.Errorf("size %d", e.Size)
	case err != nil || len(sum) != 32 || strings.ToLower(e.SHA256) != e.SHA256:
		return fmt.Errorf("%q is no SHA-256", e.SHA256)
	}
	return nil
}

// plain tells whether a name is one that this package gives: in the folder itself
// on every system, and none of its own files.
func plain(name string) bool {
	return name != "" && fsx.SafeName(name, "") == name && !own(name) && !strings.HasSuffix(folded(name), partSuffix)
}

// own tells whether a file of a backup is none of the copies.
func own(name string) bool {
	switch strings.TrimSuffix(folded(name), fsx.TempSuffix) {
	case folded(ManifestName), folded(SumsName), lockName:
		return true
	}
	return false
}

// folded is the same for names that some file system takes for one.
func folded(name string) string { return strings.ToLower(name) }

// write writes manifest and checksums, each whole.
func (m *Manifest) write(dir string) error {
	if err := fsx.WriteFile(filepath.Join(dir, ManifestName), m.encode); err != nil {
		return err
	}
	return fsx.WriteFile(filepath.Join(dir, SumsName), func(w io.Writer) error {
		_, err := w.Write(m.sums())
		return err
	})
}

func (m *Manifest) encode(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(m)
}

// sums are the checksums as sha256sum writes and reads them.
func (m *Manifest) sums() []byte {
	var b bytes.Buffer
	for _, e := range m.Files {
		fmt.Fprintf(&b, "%s  %s\n", e.SHA256, e.Name)
	}
	return b.Bytes()
}

// put adds an entry, in the place of one with the same name.
func (m *Manifest) put(e Entry) {
	i := slices.IndexFunc(m.Files, func(f Entry) bool { return folded(f.Name) == folded(e.Name) })
	if i >= 0 {
		m.Files = slices.Delete(m.Files, i, i+1)
	}
	m.Files = append(m.Files, e)
}

// olderThan takes out the other copies of a file and gives them. Those of another
// computer are of another file.
func (m *Manifest) olderThan(e Entry) (older []Entry) {
	m.Files = slices.DeleteFunc(m.Files, func(o Entry) bool {
		same := o.Source.Path == e.Source.Path && o.Source.Computer == e.Source.Computer && o.Name != e.Name
		if same {
			older = append(older, o)
		}
		return same
	})
	return older
}

// ExportOf names the folder for the mail of a copy.
func ExportOf(e Entry, format string) Export {
	return Export{Folder: fsx.SafeName(e.Name+"-"+format, ""), Of: e.Name, Format: format}
}

// AddExport notes in the manifest of dir that a tree of mail files was written.
func AddExport(dir string, x Export, version string) error {
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	m, err := ReadManifest(dir)
	if err != nil {
		return err
	}
	x.Written = time.Now().UTC().Truncate(time.Second)
	m.Exports = slices.DeleteFunc(m.Exports, func(o Export) bool { return o.Folder == x.Folder })
	m.Exports = append(m.Exports, x)
	m.Version, m.Written = version, x.Written
	return m.write(dir)
}
