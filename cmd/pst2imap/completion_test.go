package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

// What each shell offers is asked of the shell itself; of zsh, whose completion
// needs a person at the keys, whether it understands the script.
var asking = map[string]struct{ program, script string }{
	"bash": {"bash", `source "$1"; COMP_WORDS=("${@:2}"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _pst2imap; printf '%s\n' "${COMPREPLY[@]}"`},
	"fish": {"fish", `source $argv[1]; complete -C (string join ' ' -- $argv[2..]) | string split -f 1 \t; true`},
}

func TestCompletion(t *testing.T) {
	for shell, ask := range asking {
		path := scriptFile(t, shell)
		offers := func(line ...string) []string {
			args := append([]string{"-c", ask.script}, "x", path)
			if shell == "fish" {
				args = []string{"-c", ask.script, path}
			}
			cmd := exec.Command(testneed.Tool(t, ask.program), append(args, line...)...)
			cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v\n%s", shell, err, out)
			}
			return strings.Fields(string(out))
		}
		has := func(got []string, want ...string) {
			t.Helper()
			for _, w := range want {
				if !slices.Contains(got, w) {
					t.Errorf("%s offers %q without %s", shell, got, w)
				}
			}
		}
		if got := offers("pst2imap", "ver"); len(got) != 2 {
			t.Errorf("%s offers %q", shell, got)
		} else {
			has(got, "verify", "version")
		}
		has(offers("pst2imap", "migrate", "--max"), "--maxage", "--maxsize", "--maxbytespersecond")
		has(offers("pst2imap", "export", "--"), "--format", "--to", "--json")
		if got := offers("pst2imap", "export", "--pas"); len(got) != 0 {
			t.Errorf("%s offers %q for a command that signs in nowhere", shell, got)
		}
	}
}

func TestCompletionIsRead(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if out, err := exec.Command(testneed.Tool(t, shell), "-n", scriptFile(t, shell)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", shell, err, out)
		}
	}
	powershell, err := completion("powershell")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range completedCommands() {
		if !strings.Contains(powershell, "'"+c.Name+"' = '") {
			t.Errorf("PowerShell is not offered %s", c.Name)
		}
	}
	if _, err := completion("tcsh"); err == nil {
		t.Error("there is a script for tcsh")
	}
}

func scriptFile(t *testing.T, shell string) string {
	t.Helper()
	script, err := completion(shell)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "pst2imap."+shell)
	if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
