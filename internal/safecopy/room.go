package safecopy

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/fsx"
)

// RoomError says that a folder cannot take what is to be written.
type RoomError struct {
	Dir   string
	Need  int64 // bytes still to be written
	Free  int64 // bytes
	Limit int64 // bytes that one file may have there, if that is what stands against it
	Name  string
}

// Error is one line.
func (e *RoomError) Error() string {
	if e.Limit > 0 {
		return fmt.Sprintf("%s: the drive takes no file of more than %d bytes, and %s has %d", e.Dir, e.Limit, e.Name, e.Need)
	}
	return fmt.Sprintf("%s: no room: %d bytes are needed and %d are free", e.Dir, e.Need, e.Free)
}

// slack is room for what is beside the copies, in bytes.
const slack = 1 << 20

// checkRoom makes sure that there is room for everything before anything is written.
func (c *copier) checkRoom() error {
	v, err := fsx.VolumeOf(c.Dir)
	if errors.Is(err, fsx.ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	need := int64(0)
	for _, j := range c.jobs {
		if j.err != nil || j.present {
			continue
		}
		if j.state.Size > v.MaxFile {
			return &RoomError{Dir: c.Dir, Need: j.state.Size, Free: v.Free, Limit: v.MaxFile, Name: filepath.Base(j.file)}
		}
		need += c.missing(j)
		if at, err := fsx.VolumeOf(filepath.Dir(j.state.Path)); err == nil && at.ID == v.ID {
			c.note(event.Warning, "%s: the copy is on the same drive as the file: when the drive fails, both are lost", j.file)
		}
	}
	if need > 0 && need+slack > v.Free {
		return &RoomError{Dir: c.Dir, Need: need + slack, Free: v.Free}
	}
	return nil
}

// missing is how many bytes of a copy are still to be written.
func (c *copier) missing(j *job) int64 {
	info, err := os.Lstat(c.part(j))
	if err != nil {
		return j.state.Size
	}
	return max(0, j.state.Size-info.Size())
}

// full turns what the system says of a full disk into a *RoomError.
func (c *copier) full(err error, j *job) error {
	if !fsx.Full(err) {
		return err
	}
	room := &RoomError{Dir: c.Dir, Need: c.missing(j)}
	if v, err := fsx.VolumeOf(c.Dir); err == nil {
		room.Free = v.Free
	}
	return room
}
