package bench

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
)

// nowhere is a place for messages that nobody reads.
type nowhere struct{}

// Create opens the file that forgets everything.
func (nowhere) Create() (*os.File, error) { return os.OpenFile(os.DevNull, os.O_RDWR, 0) }

// Remove has nothing to do.
func (nowhere) Remove() error { return nil }

func discard(c *job.Converted) {
	c.Spool.Memory = 64 << 10
	c.Spool.Place = nowhere{}
}

// Convert converts every item of a data file, on all cores and in order, and
// throws the messages away: what an export does besides writing. Items that are
// refused count as errors.
func Convert(path string) (Counts, error) {
	ctx := context.Background()
	j, err := job.Open(ctx, []string{path}, job.SourceOptions{}, event.Discard{})
	if err != nil {
		return Counts{}, fmt.Errorf("convert: %w", err)
	}
	defer j.Close()
	c := Counts{Folders: len(j.Folders)}
	for item := range j.StreamInto(ctx, discard, func(c *job.Converted) error { return c.Spool.Close() }) {
		var refused *job.Refusal
		switch {
		case item.Err == nil:
			c.Messages++
			c.Bytes += item.Spool.Size()
		case errors.As(item.Err, &refused):
			c.Errors++
		default:
			return c, fmt.Errorf("convert: %w", item.Err)
		}
	}
	return c, nil
}
