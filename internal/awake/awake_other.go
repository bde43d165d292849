//go:build !linux && !darwin && !windows

package awake

import "errors"

func hold() (func(), error) { return func() {}, errors.ErrUnsupported }
