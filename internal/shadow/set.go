package shadow

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
)

// Errors that are about more than one file.
var (
	ErrUnsupported = errors.New("shadow copies are there on Windows only")
	ErrNotElevated = errors.New("a shadow copy can be made by an administrator only")
	ErrNotLocal    = errors.New("a shadow copy can be made of a drive of this computer only")
)

// MakeError says why there is no shadow copy.
type MakeError struct {
	Volume string
	Err    error
}

// Error is one line.
func (e *MakeError) Error() string {
	return fmt.Sprintf("no shadow copy of %s could be made: %v", e.Volume, e.Err)
}

// Unwrap gives the cause.
func (e *MakeError) Unwrap() error { return e.Err }

// Set has a shadow copy of each drive that was asked for.
type Set struct {
	// Command gives the second process, which is to call [Serve].
	Command func() (*exec.Cmd, error)
	// Locate gives the volume of a file and the file's path from there. nil: the
	// system's.
	Locate func(file string) (volume, path string, err error)

	made map[string]*server
}

// server is a second process with its shadow copy.
type server struct {
	cmd    *exec.Cmd
	in     io.Closer
	out    *bufio.Scanner
	device string
}

// Path is where a file is found in the shadow copy of its drive, which is made when
// there is none yet.
func (s *Set) Path(ctx context.Context, file string) (string, error) {
	locate := s.Locate
	if locate == nil {
		locate = systemLocate
	}
	volume, path, err := locate(file)
	if err != nil {
		return "", err
	}
	at := s.made[volume]
	if at == nil {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		if at, err = s.start(volume); err != nil {
			return "", &MakeError{volume, err}
		}
		if s.made == nil {
			s.made = map[string]*server{}
		}
		s.made[volume] = at
	}
	return at.device + `\` + strings.TrimLeft(path, `\`), nil
}

// clean is an environment without this program's own variables: passwords may be in
// them, and the second process needs none.
func clean(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(v string) bool {
		return strings.HasPrefix(strings.ToUpper(v), "PST2IMAP_")
	})
}

// start makes a shadow copy. It takes some seconds and cannot be interrupted: what is
// begun must be known to be removed.
func (s *Set) start(volume string) (*server, error) {
	cmd, err := s.Command()
	if err != nil {
		return nil, err
	}
	cmd.Env = clean(cmd.Environ())
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	at := &server{cmd: cmd, in: in, out: bufio.NewScanner(out)}
	if _, err := fmt.Fprintln(in, volume); err != nil {
		return nil, errors.Join(err, at.close())
	}
	word, rest := at.line()
	_, device, ok := strings.Cut(rest, " ")
	if word == wordMade && ok {
		at.device = device
		return at, nil
	}
	_ = in.Close()
	_ = cmd.Wait() // what it said is better than its exit code
	if word == wordFailed {
		return nil, errors.New(rest)
	}
	return nil, errors.New("the process that was to make it has ended")
}

// line is what the second process says next; empty when it says nothing any more.
func (a *server) line() (word, rest string) {
	if !a.out.Scan() {
		return "", ""
	}
	word, rest, _ = strings.Cut(a.out.Text(), " ")
	return word, rest
}

// close lets the shadow copy be removed and waits for it.
func (a *server) close() error {
	err := a.in.Close()
	word, rest := a.line()
	wait := a.cmd.Wait()
	switch word {
	case wordRemoved:
		return err
	case wordFailed:
		return errors.New(rest)
	}
	return errors.Join(errors.New("it is not known whether the shadow copy was removed"), err, wait)
}

// Close removes the shadow copies.
func (s *Set) Close() error {
	var errs []error
	for volume, at := range s.made {
		errs = append(errs, at.close())
		delete(s.made, volume)
	}
	return errors.Join(errs...)
}
