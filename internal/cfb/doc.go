// Package cfb reads compound files ([MS-CFB]): the storages in which programs
// keep objects that are embedded in a document.
//
// It reads what is in memory, and of the directory only the streams beside the
// root, which is all that tells what an object is. Input is hostile until read:
// no chain of sectors is followed further than there are sectors, no entry is
// visited twice, and what is returned is never larger than the input.
package cfb
