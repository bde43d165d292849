//go:build !windows

package backup

import "os"

func remove(root *os.Root, name string) error { return root.Remove(name) }
