// Command read compares the reader of data files with others: "make bench-read".
//
//	go run ./bench/read [-sizes small|full] [-dir DIR] [-write FILE]
//
// It builds the readers, makes the large files, lets the readers take turns and
// prints a table. It ends with status 1 when a goal is missed.
package main
