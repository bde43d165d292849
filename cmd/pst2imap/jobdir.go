package main

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// dataDir is the folder of this program below the user's own data.
func dataDir() (string, error) {
	if runtime.GOOS == "linux" {
		if d := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(d) {
			return filepath.Join(d, "pst2imap"), nil
		}
		home, err := os.UserHomeDir()
		return filepath.Join(home, ".local", "share", "pst2imap"), err
	}
	if d := os.Getenv("LOCALAPPDATA"); runtime.GOOS == "windows" && d != "" {
		return filepath.Join(d, "pst2imap"), nil
	}
	d, err := os.UserConfigDir()
	return filepath.Join(d, "pst2imap"), err
}

// accountName names an account: the same server and user give the same name.
func accountName(c imapconn.Config) string {
	return strings.ToLower(c.Host) + ":" + strconv.Itoa(c.Port) + " " + c.User
}

// jobFolder is where journal and rescued messages go: named after the store's
// record key and the account, so that the same command finds it again.
func (t *run) jobFolder() (string, error) {
	if t.jobDir != "" {
		return t.jobDir, nil
	}
	dir, err := dataDir()
	key := t.job.Store.RecordKey()
	name := hex.EncodeToString(key[:min(8, len(key))]) + "-" + t.cfg.User + "-" + t.cfg.Host
	return filepath.Join(dir, "jobs", fileName(name)), err
}

// fileName keeps what every file system takes.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || strings.ContainsRune(`<>:"/\|?*`, r) {
			return '_'
		}
		return r
	}, s)
}

func cannotWrite(err error) error {
	return &failure{code: exitCannotWrite, err: err, hint: "choose a folder that can be written to with --job-dir"}
}
