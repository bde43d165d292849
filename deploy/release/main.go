// Command release builds what a release consists of: an archive for each system
// with the program, its documents, a manual page and scripts for shells, a
// software bill of materials beside each, and the checksums of all. The same
// commit and the same Go release give the same bytes, wherever they are built.
package main

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// target is a system that there is an archive for.
type target struct{ os, arch string }

func targets() []target {
	var out []target
	for _, system := range []string{"windows", "darwin", "linux"} {
		for _, arch := range []string{"amd64", "arm64"} {
			out = append(out, target{system, arch})
		}
	}
	return out
}

// chosen are the targets that a list with commas names; all without one.
func chosen(list string) []target {
	if list == "" {
		return targets()
	}
	return slices.DeleteFunc(targets(), func(t target) bool { return !slices.Contains(strings.Split(list, ","), t.os+"/"+t.arch) })
}

func main() {
	out := flag.String("out", "dist", "folder to write to; what is in it is removed")
	only := flag.String("only", "", "some `SYSTEMS` only, such as linux/arm64,windows/amd64")
	flag.Parse()
	if err := release(".", *out, chosen(*only)); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// commit is what is released.
type commit struct {
	version string // by its tag, or its hash
	when    time.Time
}

// describe asks Git for the commit. A tree with changes has no commit that others
// could build.
func describe(source string) (commit, error) {
	changes, err := output(source, "git", "status", "--porcelain")
	if err != nil {
		return commit{}, err
	}
	if changes != "" {
		return commit{}, errors.New("there are changes that are not committed: nobody could build the same")
	}
	version, err := output(source, "git", "describe", "--tags", "--always")
	if err != nil {
		return commit{}, err
	}
	seconds, err := output(source, "git", "log", "-1", "--format=%ct")
	if err != nil {
		return commit{}, err
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	return commit{version, time.Unix(n, 0).UTC()}, err
}

func output(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...) //nolint:gosec // the arguments are our own
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	b, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(b)), nil
}

// release writes what there is for these systems, of the commit of the source tree,
// into out.
func release(source, out string, targets []target) error {
	c, err := describe(source)
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(out), os.MkdirAll(out, 0o755)); err != nil {
		return err
	}
	shared, err := documents(source)
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, t := range targets {
		files, err := releaseFor(source, c, t, shared)
		if err != nil {
			return fmt.Errorf("%s/%s: %w", t.os, t.arch, err)
		}
		for _, f := range files {
			if err := os.WriteFile(filepath.Join(out, f.name), f.data, 0o644); err != nil {
				return err
			}
			fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(f.data), f.name)
			fmt.Println(filepath.Join(out, f.name))
		}
	}
	return os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(sums.String()), 0o644)
}

// releaseFor is the archive for a system and its bill of materials.
func releaseFor(source string, c commit, t target, shared []file) ([]file, error) {
	program, err := build(source, t)
	if err != nil {
		return nil, err
	}
	bill, err := billOf(program, c)
	if err != nil {
		return nil, err
	}
	name := strings.Join([]string{"pst2imap", c.version, t.os, t.arch}, "-")
	inside := append([]file{{t.program(), 0o755, program}}, shared...)
	archive, err := pack(name, t.os, c.when, inside)
	return []file{archive, {name + ".cdx.json", 0o644, bill}}, err
}

func (t target) program() string {
	if t.os == "windows" {
		return "pst2imap.exe"
	}
	return "pst2imap"
}

// build compiles the program without anything that differs between machines.
func build(source string, t target) ([]byte, error) {
	dir, err := os.MkdirTemp("", "pst2imap-release-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it is temporary
	path := filepath.Join(dir, t.program())
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=true", "-ldflags=-s -w -buildid=", "-o", path, "./cmd/pst2imap") //nolint:gosec // the arguments are our own
	cmd.Dir, cmd.Stderr = source, os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch, "GOFLAGS=", "GOAMD64=v1", "GOARM64=v8.0", "GOEXPERIMENT=")
	if err := cmd.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
