// Package safecopy makes copies of data files that are proven to be right, and
// proves it again later.
//
// [Copy] reads a file once, with its SHA-256, writes it below a folder, waits until
// it is on the disk, reads it back past the system's cache and compares. Only then
// does the copy get its name and a place in the manifest of the folder. A copy that
// was interrupted is gone on with: what is there is compared with the file, and only
// what differs is written. A file that changes meanwhile is seen and begun again, a
// bounded number of times. The file itself is only ever read.
//
// [ReadManifest] and [Manifest.Find] tell whether there is a copy of a file in the
// [State] that it has now; [Check] reads every copy again.
package safecopy
