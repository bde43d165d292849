package main

import (
	"runtime"
	"strings"
)

// shellWords is a command line that can be copied: arguments with anything that a
// shell might take for more than a letter are in quotation marks.
func shellWords(args []string) string {
	quote, special := `'`, " \t\"'`$&|;<>()*?[]{}~#!\\"
	if runtime.GOOS == "windows" {
		quote, special = `"`, " \t\"&|;<>()^%"
	}
	words := make([]string, len(args))
	for i, a := range args {
		words[i] = clean(a)
		if a == "" || strings.ContainsAny(a, special) {
			words[i] = quote + strings.ReplaceAll(words[i], quote, quote+`\`+quote+quote) + quote
		}
	}
	return strings.Join(words, " ")
}

// indented is a text that is to be copied: it is not broken, the terminal may.
func indented(text string, by int) string { return strings.Repeat(" ", by) + text }
