package main

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"text/template"

	"github.com/urfave/cli/v2"
)

// completionScripts have a template for each shell. What they offer is made from
// the commands, so that they need not ask the program while a person types.
//
//go:embed completion
var completionScripts embed.FS

// shells are those that there are scripts for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

func completionCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "completion", ArgsUsage: strings.Join(shells, "|"),
		Usage: "print what lets a shell complete commands and options",
		Description: "bash:        pst2imap completion bash > ~/.local/share/bash-completion/completions/pst2imap\n" +
			"zsh:         pst2imap completion zsh > \"${fpath[1]}/_pst2imap\"\n" +
			"fish:        pst2imap completion fish > ~/.config/fish/completions/pst2imap.fish\n" +
			"PowerShell:  pst2imap completion powershell >> $PROFILE",
		Action: func(c *cli.Context) error {
			script, err := completion(c.Args().First())
			if err != nil {
				return usageError(c, err, true)
			}
			fmt.Fprint(ui.out, script)
			return nil
		},
	}
}

// completed is a command or an option as a script offers it.
type completed struct {
	Name  string
	Usage string
	Value bool // the option is followed by one
	File  bool // and that is a file or folder
	Flags []completed
}

// completion is the script for a shell.
func completion(shell string) (string, error) {
	for _, name := range shells {
		if name != shell {
			continue
		}
		t, err := template.New(shell).Funcs(template.FuncMap{"quote": quoteFor(shell)}).ParseFS(completionScripts, path.Join("completion", shell))
		if err != nil {
			return "", err
		}
		var b strings.Builder
		err = t.ExecuteTemplate(&b, shell, completedCommands())
		return b.String(), err
	}
	return "", fmt.Errorf("%q is not one of %s", shell, strings.Join(shells, ", "))
}

func completedCommands() []completed {
	var out []completed
	for _, c := range commands(nil) {
		if c.Hidden {
			continue
		}
		entry := completed{Name: c.Name, Usage: c.Usage}
		for _, f := range c.VisibleFlags() {
			entry.Flags = append(entry.Flags, completedFlag(f))
		}
		entry.Flags = append(entry.Flags, completed{Name: "--help", Usage: "show help"})
		out = append(out, entry)
	}
	return append(out, completed{Name: "help", Usage: "show a list of commands, or help for one of them"})
}

func completedFlag(f cli.Flag) completed {
	out := completed{Name: "--" + f.Names()[0]}
	doc, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return out
	}
	out.Value = doc.TakesValue()
	value, usage := unquoted(doc.GetUsage())
	out.Usage = usage
	out.File = value == "FILE" || value == "FOLDER" || value == "DIR"
	return out
}

// unquoted takes the name of the value, which stands between backquotes, out of the
// usage of an option.
func unquoted(usage string) (value, text string) {
	before, rest, ok := strings.Cut(usage, "`")
	if !ok {
		return "", usage
	}
	value, after, _ := strings.Cut(rest, "`")
	return value, before + value + after
}

// quoteFor makes a text stand between single quotes in a script.
func quoteFor(shell string) func(string) string {
	switch shell {
	case "powershell":
		return strings.NewReplacer("'", "''", "’", "''").Replace
	case "fish":
		return strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace
	case "zsh": // in a description of _arguments and _describe
		return strings.NewReplacer("'", `'\''`, ":", `\:`, "[", `\[`, "]", `\]`).Replace
	}
	return strings.NewReplacer("'", `'\''`).Replace
}
