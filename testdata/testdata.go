// Package testdata has the sample data file of the demonstration, which
// psttest.Demo wrote. Its people and their mail are invented.
package testdata

import _ "embed"

// Demo is demo.pst.
//
//go:embed demo.pst
var Demo []byte
