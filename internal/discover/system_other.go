//go:build !windows

package discover

import (
	"os"
	"path/filepath"
)

// systemRegistry is nil: only Windows has a registry.
func systemRegistry() Registry { return nil }

func finalPath(path string) (string, error) { return filepath.EvalSymlinks(path) }

// inUse is not known: nothing here keeps others from a file that it has open.
func inUse(string) InUse { return InUseUnknown }

// usualPlaces are where people put data files that they have copied from Windows;
// Outlook itself has none here.
func usualPlaces(Registry) []place {
	home, err := os.UserHomeDir()
	if err != nil {
		return nil
	}
	places := []place{{path: home, usual: true}}
	for _, name := range []string{"Documents", "Desktop", "Downloads"} {
		places = append(places, place{path: filepath.Join(home, name), depth: usualDepth, usual: true})
	}
	return places
}
