package bench

import (
	"context"
	"errors"
	"fmt"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
)

// Convert converts every item of a data file, on all cores and in order, and
// throws the messages away: what an export does besides writing. Items that are
// refused count as errors.
func Convert(path string) (Counts, error) {
	ctx := context.Background()
	j, err := job.Open(ctx, path, job.SourceOptions{}, event.Discard{})
	if err != nil {
		return Counts{}, fmt.Errorf("convert: %w", err)
	}
	defer j.Close()
	c := Counts{Folders: len(j.Inventory.Folders)}
	for item := range j.Stream(ctx, nil) {
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
