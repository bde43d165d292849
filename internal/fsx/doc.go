// Package fsx does with files what package os does not: it tells what a drive
// can take, reads past the system's cache, writes files whole or not at all and
// makes names that every system takes.
package fsx
