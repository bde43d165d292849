package main

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// reorder moves options before the file names, because people write them in
// any order and the library takes options only at the front. What follows "--"
// stays as it is.
func reorder(args []string) []string {
	if len(args) < 2 {
		return args
	}
	takesValue := valueFlags()
	out := append([]string{}, args[:2]...)
	var files []string
	for rest := args[2:]; len(rest) > 0; {
		a := rest[0]
		rest = rest[1:]
		switch {
		case a == "--":
			files = append(files, rest...)
			rest = nil
		case len(a) < 2 || a[0] != '-':
			files = append(files, a)
		default:
			out = append(out, a)
			if takesValue[strings.TrimLeft(a, "-")] && len(rest) > 0 {
				out = append(out, rest[0])
				rest = rest[1:]
			}
		}
	}
	if len(files) == 0 {
		return out
	}
	return append(append(out, "--"), files...)
}

// valueFlags are the names of options that are followed by a value.
func valueFlags() map[string]bool {
	names := map[string]bool{}
	for _, c := range commands(nil) {
		for _, f := range c.Flags {
			if _, flag := f.(*cli.BoolFlag); flag {
				continue
			}
			for _, n := range f.Names() {
				names[n] = true
			}
		}
	}
	return names
}
