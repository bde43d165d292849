// Command upload compares the upload with others, and the verification with bare reading: "make bench-upload" and "make
// bench-verify".
//
//	go run ./bench/upload [-set upload|verify] [-sizes small|full] [-dir DIR] [-write FILE] [-only PART] [-rounds N]
//
// It starts private Dovecots, behind a line with the delay and the rate of a real one where the contest is about that, makes the
// data files, lets the contenders take turns, each with an account of its own, and prints a table. What arrived is counted by
// Dovecot's own tools, so that a contender which is quick because it sends less is seen. It ends with status 1 when a goal is
// missed.
package main
