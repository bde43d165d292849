package fsx

import (
	"os"
	"time"
)

// patience is how long a rename waits for whoever has the file open.
const patience = 5 * time.Second

// Rename renames a file. On Windows a program that looks at every new file, such as an
// antivirus program, may have it open just then; it is waited for, for some seconds.
func Rename(from, to string) error {
	for wait := 10 * time.Millisecond; ; wait *= 2 {
		err := os.Rename(from, to)
		if err == nil || !passing(err) || wait > patience {
			return err
		}
		time.Sleep(wait)
	}
}
