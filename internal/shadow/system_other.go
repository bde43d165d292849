//go:build !windows

package shadow

// New gives [ErrUnsupported]: this system has no shadow copies.
func New(...string) (*Set, error) { return nil, ErrUnsupported }

// Windows has no shadow copies to make here.
func Windows() System { return WMI{Run: func(string) (string, error) { return "", ErrUnsupported }} }

func systemLocate(string) (volume, path string, err error) { return "", "", ErrUnsupported }
