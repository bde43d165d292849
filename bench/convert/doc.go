// Command convert compares the export of data files with readpst: "make
// bench-convert".
//
//	go run ./bench/convert [-sizes small|full] [-dir DIR] [-write FILE]
//
// It builds the programs, makes the large files, lets the programs take turns
// and prints tables. It ends with status 1 when a goal is missed.
package main
