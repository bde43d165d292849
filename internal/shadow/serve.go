package shadow

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Copy is a shadow copy of a volume.
type Copy struct {
	ID     string // {GUID}
	Device string // where its files are found, such as \\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy7
}

// System makes and removes shadow copies.
type System interface {
	// Create makes a shadow copy of a volume, such as C:\.
	Create(volume string) (Copy, error)
	Remove(id string) error
}

// Words of the second process, at the beginning of a line.
const (
	wordMade    = "made"    // ID DEVICE
	wordRemoved = "removed" // nothing
	wordFailed  = "failed"  // why
)

// Serve is the second process: it reads the name of a volume from in, makes a shadow
// copy, says on out where it is, and removes it when in ends. Every error is also
// said on out.
func Serve(in io.Reader, out io.Writer, s System) error {
	fail := func(err error) error {
		_, werr := fmt.Fprintln(out, wordFailed, oneLine(err))
		return errors.Join(err, werr)
	}
	lines := bufio.NewScanner(in)
	if !lines.Scan() {
		return fail(errors.New("no volume was named"))
	}
	c, err := s.Create(lines.Text())
	if err != nil {
		return fail(err)
	}
	// Nobody may be there to hear it any more; then in has ended.
	_, _ = fmt.Fprintln(out, wordMade, c.ID, c.Device)
	for lines.Scan() {
		continue // there is nothing more to say than the end
	}
	if err := s.Remove(c.ID); err != nil {
		return fail(&LeftError{ID: c.ID, Err: err})
	}
	_, _ = fmt.Fprintln(out, wordRemoved)
	return nil
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// LeftError says that a shadow copy could not be removed.
type LeftError struct {
	ID  string
	Err error
}

// Error is one line and says how it can be removed by hand.
func (e *LeftError) Error() string {
	return fmt.Sprintf("the shadow copy %s could not be removed (%v); as administrator: vssadmin delete shadows /shadow=%s", e.ID, e.Err, e.ID)
}

// Unwrap gives the cause.
func (e *LeftError) Unwrap() error { return e.Err }
