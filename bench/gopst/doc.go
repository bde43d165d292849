// Package gopst reads a data file with github.com/mooijtech/go-pst/v6. It has
// nothing but tests, because that library must not come into a program: its test
// binary is the program that the comparison starts.
//
//	go test -c -o gopst ./bench/gopst && ./gopst read FILE
package gopst
