// Package rtf reads the RTF bodies of Outlook items: [Decompress] undoes their
// compression ([MS-OXRTFCP]) and [Recognize] tells whether the RTF only wraps
// HTML or plain text ([MS-OXRTFEX]).
//
// Input is hostile until read: nothing panics, output is bounded by the size of
// the input, and what can be read of a damaged stream is returned with the
// error.
package rtf
