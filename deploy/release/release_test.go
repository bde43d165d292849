package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Two builds of the same commit, at two places, give the same bytes.
func TestReleaseIsReproducible(t *testing.T) {
	const some = "windows/amd64,linux/arm64"
	tool := filepath.Join(t.TempDir(), "release.exe") // as it is, and not watched by the race detector, which makes packing slow
	if _, err := output(".", "go", "build", "-o", tool, "."); err != nil {
		t.Fatal(err)
	}
	var sums []string
	var dist string
	for _, place := range []string{"a", "somewhere else"} {
		source := filepath.Join(t.TempDir(), place)
		copyTree(t, source)
		dist = filepath.Join(source, "dist")
		if out, err := output(source, tool, "-out", dist, "-only", some); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		b, err := os.ReadFile(filepath.Join(dist, "SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, string(b))
	}
	if sums[0] != sums[1] || strings.Count(sums[0], "\n") != 4 {
		t.Errorf("checksums\n%sand\n%s", sums[0], sums[1])
	}
	for line := range strings.Lines(sums[1]) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		b, err := os.ReadFile(filepath.Join(dist, name))
		if err != nil || fmt.Sprintf("%x", sha256.Sum256(b)) != sum {
			t.Errorf("%s: %v, or its checksum is not %s", name, err, sum)
		}
		switch {
		case strings.HasSuffix(name, ".json"):
			checkBill(t, b)
		default:
			checkArchive(t, name, b)
		}
	}
}

// A tree with changes is no commit.
func TestChangesAreRefused(t *testing.T) {
	source := t.TempDir()
	git(t, source, "init", "-q")
	git(t, source, "commit", "-q", "--allow-empty", "-m", "empty")
	if _, err := describe(source); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(source, "new"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := describe(source); err == nil {
		t.Error("a tree with a new file was described")
	}
}

// copyTree makes a repository with one commit of the files of this one.
func copyTree(t *testing.T, to string) {
	t.Helper()
	root := filepath.Join("..", "..")
	names, err := output(root, "git", "ls-files", "--cached", "--others", "--exclude-standard")
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.Lines(names) {
		name = strings.TrimSpace(name)
		b, err := os.ReadFile(filepath.Join(root, name))
		if errors.Is(err, os.ErrNotExist) {
			continue // removed, and that is not committed
		}
		path := filepath.Join(to, name)
		if err = errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, b, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	git(t, to, "init", "-q")
	git(t, to, "add", "-A")
	git(t, to, "commit", "-q", "-m", "all")
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func checkBill(t *testing.T, b []byte) {
	t.Helper()
	var bill struct {
		BOMFormat  string `json:"bomFormat"`
		Components []struct{ Name, Version, PURL string }
	}
	if err := json.Unmarshal(b, &bill); err != nil || bill.BOMFormat != "CycloneDX" {
		t.Fatalf("%v: %.80s", err, b)
	}
	var names []string
	for _, c := range bill.Components {
		if c.Version == "" || c.PURL == "" {
			t.Errorf("%+v", c)
		}
		names = append(names, c.Name)
	}
	if !slices.Contains(names, "github.com/emersion/go-imap/v2") || !slices.Contains(names, "std") || slices.Contains(names, "github.com/mooijtech/go-pst/v6") {
		t.Errorf("components %q", names)
	}
}

func checkArchive(t *testing.T, name string, b []byte) {
	t.Helper()
	names := inZip
	dir, windows := strings.CutSuffix(name, ".zip")
	program := "pst2imap.exe"
	if !windows {
		names, program = inTar, "pst2imap"
		dir = strings.TrimSuffix(name, ".tar.gz")
	}
	got, err := names(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{program, "README.md", "LICENSE", "docs/commands.md", "docs/pst2imap.1", "docs/report.schema.json", "completion/pst2imap.bash", "completion/pst2imap.ps1"} {
		f, ok := got[dir+"/"+want]
		if !ok || f.size == 0 || f.time.UTC().Format(time.RFC3339) != "2026-01-02T03:04:05Z" {
			t.Errorf("%s: %s: %+v", name, want, f)
		}
		if runs := f.mode&0o111 != 0; runs != (want == program) {
			t.Errorf("%s: %s has mode %o", name, want, f.mode)
		}
	}
}

type entry struct {
	size int64
	mode os.FileMode
	time time.Time
}

func inZip(b []byte) (map[string]entry, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	out := map[string]entry{}
	for _, f := range z.File {
		out[f.Name] = entry{int64(f.UncompressedSize64), f.Mode(), f.Modified}
	}
	return out, nil
}

func inTar(b []byte) (map[string]entry, error) {
	g, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	out := map[string]entry{}
	for r := tar.NewReader(g); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out[h.Name] = entry{h.Size, os.FileMode(h.Mode), h.ModTime}
	}
}
