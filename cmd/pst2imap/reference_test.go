package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"
)

// The command reference and the manual page are made from the commands. With
// PST2IMAP_UPDATE=1 ("make reference") they are written, else they are compared.
func TestReference(t *testing.T) {
	for name, want := range map[string]string{
		"commands.md": "# Commands and options\n\n" + referenceIntro + referenceOf("##"),
		"pst2imap.1":  string(md2man.Render([]byte(manualHead + referenceOf("##") + manualFoot))),
	} {
		path := filepath.Join("..", "..", "docs", name)
		if os.Getenv("PST2IMAP_UPDATE") == "1" {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, strings.ReplaceAll(string(got), "\r\n", "\n")); diff != "" {
			t.Errorf("docs/%s is not what the program has; make reference writes it\n%s", name, diff)
		}
	}
}

// Every command and option says what it is for, in a form that the help, the
// reference and the scripts for shells can show.
func TestEverythingIsDescribed(t *testing.T) {
	for _, c := range completedCommands() {
		for _, f := range append([]completed{c}, c.Flags...) {
			if f.Usage == "" || strings.HasSuffix(f.Usage, ".") || strings.ContainsAny(f.Usage, "\n`") {
				t.Errorf("%s %s: %q", c.Name, f.Name, f.Usage)
			}
		}
	}
}

const referenceIntro = `Written by "make reference" from what the program itself knows. "pst2imap help COMMAND" shows the same. Options may stand
before or behind the files. [exit-codes.md](exit-codes.md) says how a run ended.

`

const manualHead = `pst2imap 1 "" "pst2imap" "User Commands"
==================================================

# NAME
pst2imap - bring the mail of an Outlook data file to an IMAP server, and prove that it arrived

# SYNOPSIS
**pst2imap** [*command* [*options*] [*FILE*...]]

# DESCRIPTION
Without a command, on a terminal, it asks for everything that a migration needs. Options may stand before or behind the files.

# COMMANDS
`

const manualFoot = `# EXIT STATUS
0 complete, or done as asked; 6 interrupted, can be resumed; 8 another run is at work on the account; 10 connection; 12 TLS; 16 sign-in;
20 no data file; 21 read only in part; 30 something is missing on the server; 31 something is different there; 64 usage; 66 no such file, or held open;
70 internal error; 73 cannot write; 111 some items failed; 112 too many errors; 113 over quota; 114 the server refuses every message.

# ENVIRONMENT
**PST2IMAP_PASSWORD** is the password, **PST2IMAP_OAUTH_TOKEN** an access token; both are taken out of the environment when they are read. **NO_COLOR** turns colours off.
`

// referenceOf describes all commands in Markdown.
func referenceOf(heading string) string {
	var b strings.Builder
	for _, c := range commands(nil) {
		if c.Hidden {
			continue
		}
		fmt.Fprintf(&b, "%s %s\n\n", heading, c.Name)
		fmt.Fprintf(&b, "    pst2imap %s\n\n", strings.Join(slices.DeleteFunc([]string{c.Name, optionsOf(c), c.ArgsUsage}, func(s string) bool { return s == "" }), " "))
		b.WriteString(strings.ToUpper(c.Usage[:1]) + c.Usage[1:] + ".\n\n")
		if c.Description != "" {
			b.WriteString("    " + strings.ReplaceAll(c.Description, "\n", "\n    ") + "\n\n")
		}
		for _, f := range c.VisibleFlags() {
			b.WriteString(describeFlag(f))
		}
		if len(c.VisibleFlags()) > 0 {
			b.WriteString("\n")
		}
	}
	return b.String()
}

func optionsOf(c *cli.Command) string {
	if len(c.VisibleFlags()) == 0 {
		return ""
	}
	return "[options]"
}

func describeFlag(f cli.Flag) string {
	doc := f.(cli.DocGenerationFlag)
	value, usage := unquoted(doc.GetUsage())
	name := "--" + f.Names()[0]
	if doc.TakesValue() {
		if value == "" {
			value = "VALUE"
		}
		name += " " + value
	}
	if text := doc.GetDefaultText(); text != "" && doc.TakesValue() && text != "0" && text != "false" {
		usage += " (default: " + strings.Trim(text, `"`) + ")"
	}
	return fmt.Sprintf("- **`%s`**: %s\n", name, strings.NewReplacer("<", "&lt;", "|", "\\|").Replace(usage))
}
