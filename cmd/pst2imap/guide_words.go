package main

import (
	"context"
	"errors"
	"runtime"
	"strings"

	"github.com/pst2imap/pst2imap/internal/imapconn"
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

// plainly says an error to a person who never saw this program, and what helps. Where
// nothing simpler is known it is what the command says.
func plainly(ctx context.Context, err error) (what, hint string) {
	var auth *imapconn.AuthError
	var connect *imapconn.ConnectError
	switch {
	case errors.As(err, &auth):
		what = "The server does not take this name and password."
		if said := strings.TrimSpace(auth.Text); said != "" {
			what += " It says: " + said
		}
		return what, authHint(auth)
	case errors.As(err, &connect):
		if text, ok := plainReasons[connect.Reason]; ok {
			return text, ""
		}
	}
	f := explain(ctx, err)
	return "That did not work: " + f.Error(), f.hint
}

var plainReasons = map[imapconn.ConnectReason]string{
	imapconn.NoSuchHost: "There is no server of this name. Is it spelled right?",
	imapconn.Refused:    "The computer of this name is no mail server. Is the name right?",
	imapconn.TimedOut:   "The server does not answer. Is the name right, and is this computer online?",
	imapconn.Protocol:   "What answers there is no IMAP server. Is the name right?",
}
