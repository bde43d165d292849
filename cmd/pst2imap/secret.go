package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"unicode/utf16"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// The environment variables with a secret.
const (
	passwordVariable = "PST2IMAP_PASSWORD"    //nolint:gosec // the name of a variable, not a password
	tokenVariable    = "PST2IMAP_OAUTH_TOKEN" //nolint:gosec // likewise
)

// maxSecret is more than any password or token has, in bytes: a file that goes on is another one.
const maxSecret = 64 << 10

// takeVariable reads an environment variable and removes it: no child process needs it.
func takeVariable(name string) string {
	value := os.Getenv(name)
	_ = os.Unsetenv(name) // a name without "=" or NUL can always be removed
	return value
}

// tokenFromFile reads the token anew for each sign-in: another program renews it while a long run goes on. It is read once at
// the start too, so that a wrong path shows before the work begins.
func tokenFromFile(ui *ui, cfg *imapconn.Config, path string) error {
	warnReadable(ui, path)
	cfg.Token = func() (string, error) {
		return readSecret(path, "--oauthaccesstoken names a file with the access token")
	}
	_, err := cfg.Token()
	return err
}

// readSecret returns the first line of a file. Blanks belong to it, the line end does not.
func readSecret(path, hint string) (string, error) {
	text, err := readText(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = errors.New("no such file")
	case err == nil && len(text) > maxSecret:
		err = errors.New("too long for a secret")
	}
	line, _, _ := strings.Cut(text, "\n")
	line = strings.TrimSuffix(line, "\r")
	if err == nil && line == "" {
		err = errors.New("its first line is empty")
	}
	if err != nil {
		var perr *fs.PathError
		if errors.As(err, &perr) {
			err = perr.Err
		}
		return "", &failure{code: exitNoInput, err: fmt.Errorf("%s: %w", path, err), hint: hint}
	}
	return line, nil
}

// readText reads a small text file without its byte order mark. It may be a pipe.
func readText(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return "", err
	}
	// QUIRK(Windows PowerShell): what it writes to a file with ">" is UTF-16.
	if rest, ok := bytes.CutPrefix(b, []byte{0xFF, 0xFE}); ok && len(rest)%2 == 0 {
		units := make([]uint16, len(rest)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(rest[2*i:])
		}
		return string(utf16.Decode(units)), nil
	}
	return string(bytes.TrimPrefix(b, []byte("\ufeff"))), nil
}

// warnReadable says so if others can read a file with a secret. Windows has no such bits.
func warnReadable(ui *ui, path string) {
	st, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" || !st.Mode().IsRegular() || st.Mode().Perm()&0o044 == 0 {
		return
	}
	ui.warn("others on this computer can read %s; chmod 600 keeps it yours", path)
}
