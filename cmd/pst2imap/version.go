package main

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"
)

func versionCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print version and commit of this program",
		Action: func(*cli.Context) error {
			ui.println("pst2imap " + version())
			return nil
		},
	}
}

// version is module version, commit and Go release, from what the Go tool
// built into the binary.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" || v == "(devel)" {
		v = "development"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	parts := []string{v}
	if rev := settings["vcs.revision"]; rev != "" {
		commit := "commit " + rev[:min(12, len(rev))]
		if settings["vcs.modified"] == "true" {
			commit += " with changes"
		}
		parts = append(parts, commit)
	} else {
		parts = append(parts, "commit unknown")
	}
	return fmt.Sprintf("%s (%s)", strings.Join(parts, ", "), info.GoVersion)
}
