package fsx

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxName is how long a name from SafeName may be in bytes: file systems take 255, some
// encrypted ones 143, and Windows counts the whole path.
const MaxName = 100

// SafeName makes a name that Windows, macOS and Linux take as the name of a file
// or folder, and that never means another place. An empty name becomes fallback.
func SafeName(name, fallback string) string {
	// What is left when characters are gone may compose anew.
	name = norm.NFC.String(strings.Map(safeRune, norm.NFC.String(name)))
	name = strings.TrimRight(strings.TrimLeft(name, " "), ". ")
	if strings.HasPrefix(name, ".") {
		name = "_" + name[1:]
	}
	if reserved(name) {
		name = "_" + name
	}
	if name == "" {
		return fallback
	}
	return shortName(name)
}

// safeRune is what stands for a character in a name, negative for nothing.
func safeRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == ' '):
		return r
	case r == utf8.RuneError, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
		return -1
	case strings.ContainsRune(`<>:"/\|?*`, r):
		return '_'
	}
	return r
}

// reserved tells whether Windows takes the name for a device, whatever follows
// a dot, or a Maildir for one of its own folders.
func reserved(name string) bool {
	base, _, _ := strings.Cut(strings.ToLower(name), ".")
	base = strings.TrimRight(base, " ")
	switch base {
	case "con", "prn", "aux", "nul", "conin$", "conout$", "cur", "new", "tmp":
		return true
	}
	if len(base) < 4 || base[:3] != "com" && base[:3] != "lpt" {
		return false
	}
	switch base[3:] {
	case "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³":
		return true
	}
	return false
}

// shortName cuts a long name at a character and adds a hash of the whole.
func shortName(name string) string {
	if len(name) <= MaxName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	suffix := "~" + hex.EncodeToString(sum[:4])
	cut := MaxName - len(suffix)
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return strings.TrimRight(name[:cut], ". ") + suffix
}
