// Package backup writes the items of a data file as ordinary files: a tree of
// .eml files, of mbox files or of Maildirs, with flags and dates.
//
// What it writes depends on the data file alone. A file is complete or not
// there; a second run into the same folder finds what is there and adds
// nothing; a run that was stopped goes on. No name in a data file can lead out
// of the folder.
package backup
