package pst

import "errors"

// errNotRegular is the cause of opening a folder or device.
var errNotRegular = errors.New("not a regular file")
