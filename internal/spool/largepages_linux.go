package spool

import "golang.org/x/sys/unix"

// inLargePages asks the system for large pages: where it is a guest itself, each page that is touched first can cost it more
// than all that is done with the bytes in it. It is a wish.
func inLargePages(b []byte) { _ = unix.Madvise(b, unix.MADV_HUGEPAGE) }
