//go:build windows

// Command hold has a file open until its input ends, as Outlook does. It is for
// Windows only.
package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/windows"
)

func main() {
	if err := hold(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// hold opens the file so that others may read it, or, when how is "alone", not.
func hold(how, path string) error {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return err
	}
	var share uint32
	if how != "alone" {
		share = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, share, nil, windows.OPEN_EXISTING, 0, 0)
	if err != nil {
		return err
	}
	defer func() { _ = windows.CloseHandle(h) }() // nothing was written
	fmt.Println("open")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
