// Package archtest keeps the architecture as it was decided. It has no code,
// only tests over the module's own packages:
//
//   - imports go one way: commands, then upload and verify, then the packages
//     that serve them, then the data file's layers, then leaves;
//   - libraries stay where they were meant to be used;
//   - the program needs no cgo, on any system;
//   - what converts items knows neither the time, the time zone, the
//     environment nor chance, and only commands print;
//   - packages say what they are for, and files and functions stay small;
//   - every rule of the conversion names its test, links of the documentation
//     lead somewhere, and the map in CONTRIBUTING.md has every package.
//
// A rule that gets in the way is changed here, with its reason, or not at all.
package archtest
