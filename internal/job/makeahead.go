package job

import (
	"context"
	"slices"
	"strings"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// makeAhead makes those of the mailboxes that are not there, a level of the
// hierarchy at a time, without waiting for the server in between: over a long
// line each wait costs more than the work. What the server refuses, and what is
// below that, is left to EnsureMailbox.
func (j *Job) makeAhead(ctx context.Context, names []string) error {
	_, delim := j.Conn.Personal()
	levels := map[int][]string{}
	deepest := 0
	for _, name := range names {
		if j.HasMailbox(name) {
			continue
		}
		level := 0
		if delim != 0 {
			level = strings.Count(name, string(delim))
		}
		levels[level] = append(levels[level], name)
		deepest = max(deepest, level)
	}
	var refused []string
	for level := range deepest + 1 {
		wanted := slices.DeleteFunc(levels[level], func(name string) bool {
			return slices.ContainsFunc(refused, func(r string) bool { return delim != 0 && strings.HasPrefix(name, r+string(delim)) })
		})
		if len(wanted) < 2 {
			continue // nothing is gained
		}
		no, err := j.makeLevel(ctx, wanted)
		if err != nil {
			return err
		}
		refused = append(refused, no...)
	}
	return nil
}

func (j *Job) makeLevel(ctx context.Context, names []string) (refused []string, err error) {
	var made []bool
	err = j.Do(ctx, func(c *imapconn.Conn) (err error) {
		made, err = c.CreateAll(ctx, names)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		if !made[i] {
			refused = append(refused, name)
			continue
		}
		if err := j.made(name); err != nil {
			return nil, err
		}
	}
	return refused, nil
}
