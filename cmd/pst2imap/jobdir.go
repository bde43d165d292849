package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/journal"
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

// jobFolder is where journal and rescued messages go: named after the stores'
// record keys and the account, so that the same command finds it again.
func (t *run) jobFolder() (string, error) {
	if t.jobDir != "" {
		return t.jobDir, nil
	}
	if again := t.job.Rescued(); again != "" {
		if dir := jobOfRescue(again); dir != "" {
			return dir, nil
		}
	}
	dir, err := dataDir()
	name := t.storeKey() + "-" + t.cfg.User + "-" + t.cfg.Host
	return filepath.Join(dir, "jobs", fileName(name)), err
}

// storeKey names the data files: one by its record key, several by a hash of
// theirs in any order.
func (t *run) storeKey() string {
	var keys []string
	for _, s := range t.job.Sources {
		keys = append(keys, s.Key())
	}
	slices.Sort(keys)
	key := keys[0]
	if len(keys) > 1 {
		sum := sha256.Sum256([]byte(strings.Join(keys, "\n")))
		key = hex.EncodeToString(sum[:])
	}
	return key[:min(16, len(key))]
}

// hasJournal tells whether a folder is that of a job that uploaded something.
func hasJournal(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, journal.FileName))
	return err == nil
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
