package discover

import (
	"errors"
	"io/fs"
)

// Registry reads HKEY_CURRENT_USER. Paths have backslashes.
type Registry interface {
	// Keys are the names of the keys below a key. The error wraps fs.ErrNotExist
	// when there is no such key.
	Keys(path string) ([]string, error)
	// Value is the data of a value: []byte, string, or uint64 for numbers. The
	// error wraps fs.ErrNotExist when there is none.
	Value(path, name string) (any, error)
}

// reader remembers what of the registry could not be read, so that one protected
// key does not hide the others.
type reader struct {
	from     Registry
	problems []Problem
}

func (r *reader) keys(path string) []string {
	names, err := r.from.Keys(path)
	r.note(path, err)
	return names
}

func (r *reader) value(path, name string) any {
	v, err := r.from.Value(path, name)
	r.note(path, err)
	return v
}

// note keeps each key that could not be read once.
func (r *reader) note(path string, err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	p := Problem{`HKEY_CURRENT_USER\` + path, err.Error()}
	if n := len(r.problems); n == 0 || r.problems[n-1] != p {
		r.problems = append(r.problems, p)
	}
}

// text is a string, however it is stored.
func (r *reader) text(path, name string) string { return text(r.value(path, name)) }

// bytes are binary data; nil when there are none.
func (r *reader) bytes(path, name string) []byte {
	b, _ := r.value(path, name).([]byte)
	return b
}

// number is a number, stored as such or in four bytes.
func (r *reader) number(path, name string) (uint32, bool) { return number(r.value(path, name)) }
