//go:build windows

// Command wait runs a program and writes down with which code it ended, as
// Windows tells it: wait FILE PROGRAM [ARGUMENT...]. It is for Windows only.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
)

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3:]...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(file, program string, args ...string) error {
	cmd := exec.Command(program, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		return err
	}
	return os.WriteFile(file, []byte(strconv.Itoa(cmd.ProcessState.ExitCode())), 0o600)
}
