package shadow

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// New is a set of shadow copies that the system makes. args are those with which this
// program becomes the second process. The error is [ErrNotElevated] unless the
// program runs as administrator.
func New(args ...string) (*Set, error) {
	if !windows.GetCurrentProcessToken().IsElevated() {
		return nil, ErrNotElevated
	}
	return &Set{Command: func() (*exec.Cmd, error) {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		cmd := exec.Command(self, args...)
		cmd.SysProcAttr = &windows.SysProcAttr{
			CreationFlags: windows.DETACHED_PROCESS | windows.CREATE_NEW_PROCESS_GROUP,
		}
		return cmd, nil
	}}, nil
}

// Windows makes shadow copies of this system's drives.
func Windows() System { return WMI{Run: powershell} }

// powershell runs a script of Windows PowerShell, which every Windows has.
func powershell(script string) (string, error) {
	dir, err := windows.GetSystemDirectory()
	if err != nil {
		return "", err
	}
	// Not by the search path: this runs with an administrator's rights.
	exe := filepath.Join(dir, "WindowsPowerShell", "v1.0", "powershell.exe")
	cmd := exec.Command(exe, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", script)
	cmd.SysProcAttr = &windows.SysProcAttr{CreationFlags: windows.CREATE_NO_WINDOW}
	var said, complained bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &complained
	err = cmd.Run()
	if text := strings.TrimSpace(complained.String()); err != nil && text != "" {
		err = errors.New(text)
	}
	return said.String(), err
}

// systemLocate gives the volume of a file and the file's path from there.
func systemLocate(file string) (volume, path string, err error) {
	final, err := finalPath(file)
	if err != nil {
		return "", "", err
	}
	root, err := volumeRoot(final)
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", file, err)
	}
	return split(final, root, func(root string) (string, error) {
		at, err := windows.UTF16PtrFromString(root)
		if err != nil {
			return "", err
		}
		var name [windows.MAX_PATH]uint16
		if err := windows.GetVolumeNameForVolumeMountPoint(at, &name[0], uint32(len(name))); err != nil {
			return "", err
		}
		return windows.UTF16ToString(name[:]), nil
	})
}

// finalPath is where a file really is, without links and without drives that stand
// for folders. It can be asked although another program has the file open.
func finalPath(file string) (string, error) {
	fail := func(err error) (string, error) { return "", &os.PathError{Op: "open", Path: file, Err: err} }
	abs, err := filepath.Abs(file)
	if err != nil {
		return fail(err)
	}
	name, err := windows.UTF16PtrFromString(abs)
	if err != nil {
		return fail(err)
	}
	h, err := windows.CreateFile(name, 0, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE,
		nil, windows.OPEN_EXISTING, windows.FILE_FLAG_BACKUP_SEMANTICS, 0)
	if err != nil {
		return fail(err)
	}
	defer func() { _ = windows.CloseHandle(h) }() // nothing was written
	buf := make([]uint16, 32768)
	n, err := windows.GetFinalPathNameByHandle(h, &buf[0], uint32(len(buf)), 0)
	if err != nil {
		return fail(err)
	}
	return windows.UTF16ToString(buf[:n]), nil
}

// volumeRoot is where the volume of a path begins.
func volumeRoot(path string) (string, error) {
	p, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return "", err
	}
	buf := make([]uint16, 32768)
	if err := windows.GetVolumePathName(p, &buf[0], uint32(len(buf))); err != nil {
		return "", err
	}
	return windows.UTF16ToString(buf), nil
}
