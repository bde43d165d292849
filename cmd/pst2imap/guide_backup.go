package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pst2imap/pst2imap/internal/fsx"
)

// askBackup asks where the copies go that are made first.
func (g *guide) askBackup(ctx context.Context) error {
	if g.c.Bool("no-backup") {
		return nil
	}
	if g.backup = g.c.String("backup-dir"); g.backup != "" {
		return nil
	}
	usual, err := usualBackupDir()
	if err != nil {
		return cannotWrite(err)
	}
	var need int64
	for _, path := range g.files {
		if st, err := os.Stat(path); err == nil {
			need += st.Size()
		}
	}
	for {
		text, err := g.ask(ctx, "Where should the backup go?",
			"Before anything is sent, the data file is copied and the copy is checked.",
			fmt.Sprintf("It needs %s.%s", byteSize(need), room(usual)),
			"Press Enter for "+usual,
			"Or type another folder, best on another drive; or none for no backup.")
		if err != nil {
			return err
		}
		if strings.EqualFold(text, "none") {
			sure, err := g.confirm(ctx, "Without a backup?", "Say yes if you have a backup of the data file that you trust.")
			if err != nil || sure {
				return err
			}
			continue
		}
		dir := typedPath(text)
		if dir == "" {
			dir = usual
		}
		if dir, err = filepath.Abs(dir); err == nil {
			err = enoughRoom(dir, need)
		}
		if err != nil {
			g.wrong(ctx, err)
			continue
		}
		g.backup = dir
		return nil
	}
}

// room says how much there is, where the system tells.
func room(dir string) string {
	v, err := volumeOf(dir)
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" There are %s free on that drive.", byteSize(v.Free))
}

// enoughRoom is an error where a folder cannot take so many bytes.
func enoughRoom(dir string, need int64) error {
	v, err := volumeOf(dir)
	switch {
	case errors.Is(err, fsx.ErrUnknown):
		return nil
	case err != nil:
		return err
	case v.Free < need:
		return fmt.Errorf("%s has room for %s only", dir, byteSize(v.Free))
	}
	return nil
}

// volumeOf looks at the drive that a folder will be on.
func volumeOf(dir string) (fsx.Volume, error) {
	for {
		if st, err := os.Stat(dir); err == nil {
			if !st.IsDir() {
				return fsx.Volume{}, fmt.Errorf("%s is a file", dir)
			}
			return fsx.VolumeOf(dir)
		}
		up := filepath.Dir(dir)
		if up == dir {
			return fsx.Volume{}, fmt.Errorf("there is no drive for %s", dir)
		}
		dir = up
	}
}
