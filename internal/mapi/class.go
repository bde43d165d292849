package mapi

import "strings"

// HasClass tells whether a message or container class is prefix or below it:
// classes are compared without case, dot by dot, so that IPM.NoteX is not
// below IPM.Note ([MS-OXOMSG] 2.2.2.1).
func HasClass(class, prefix string) bool {
	if len(class) < len(prefix) || !strings.EqualFold(class[:len(prefix)], prefix) {
		return false
	}
	return len(class) == len(prefix) || class[len(prefix)] == '.'
}
