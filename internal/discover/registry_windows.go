package discover

import (
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/sys/windows/registry"
)

// userRegistry is the registry of the user who runs the program.
type userRegistry struct{}

// Keys implements Registry.
func (userRegistry) Keys(path string) ([]string, error) {
	k, err := registry.OpenKey(registry.CURRENT_USER, path, registry.ENUMERATE_SUB_KEYS)
	if err != nil {
		return nil, absent(err)
	}
	defer func() { _ = k.Close() }() // nothing was written
	return k.ReadSubKeyNames(-1)
}

// maxValue is how large a value may be; those of profiles have some hundred bytes.
const maxValue = 1 << 20

// Value implements Registry.
func (userRegistry) Value(path, name string) (any, error) {
	k, err := registry.OpenKey(registry.CURRENT_USER, path, registry.QUERY_VALUE)
	if err != nil {
		return nil, absent(err)
	}
	defer func() { _ = k.Close() }() // nothing was written
	size, kind, err := k.GetValue(name, nil)
	if err != nil {
		return nil, absent(err)
	}
	if size > maxValue {
		return nil, fmt.Errorf("%s has %d bytes", name, size)
	}
	switch kind {
	case registry.SZ:
		s, _, err := k.GetStringValue(name)
		return s, err
	case registry.EXPAND_SZ:
		s, _, err := k.GetStringValue(name)
		if err != nil {
			return nil, err
		}
		return registry.ExpandString(s)
	case registry.DWORD, registry.QWORD:
		n, _, err := k.GetIntegerValue(name)
		return n, err
	case registry.BINARY:
		b, _, err := k.GetBinaryValue(name)
		return b, err
	}
	return nil, fs.ErrNotExist // no kind that is looked for
}

// absent is the error as package fs knows it.
func absent(err error) error {
	if errors.Is(err, registry.ErrNotExist) {
		return fs.ErrNotExist
	}
	return err
}
