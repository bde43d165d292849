package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Machine says where and of what the results are. The date is that of the
// commit.
func Machine() string {
	commit := output("git", "log", "-1", "--format=%h of %cs")
	if output("git", "status", "--porcelain", "--untracked-files=no") != "" {
		commit += ", changed"
	}
	return fmt.Sprintf("%s, %d processors, %s/%s, %s, commit %s.\n", processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), commit)
}

// processor is its name where the system tells it.
func processor() string {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	_, rest, _ := strings.Cut(string(b), "model name")
	line, _, _ := strings.Cut(rest, "\n")
	_, name, _ := strings.Cut(line, ":")
	return strings.TrimSpace(name)
}

// FileSystem is the kind of the one that a folder is on, where the system tells it.
func FileSystem(dir string) string {
	kind, longest := "an unknown file system", -1
	b, _ := os.ReadFile("/proc/self/mounts") // Linux has it
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 3 || len(f[1]) < longest {
			continue
		}
		if rel, err := filepath.Rel(f[1], dir); err == nil && filepath.IsLocal(rel) {
			kind, longest = f[2], len(f[1])
		}
	}
	return kind
}

func output(name string, args ...string) string {
	b, err := exec.Command(name, args...).Output() //nolint:gosec // git, by the caller above
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(b))
}
