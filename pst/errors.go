package pst

import "errors"

// errOverlap is damage of the name-to-id map.
var errOverlap = errors.New("the names together are far longer than their stream")

// errNotRegular is the cause of opening a folder or device.
var errNotRegular = errors.New("not a regular file")
