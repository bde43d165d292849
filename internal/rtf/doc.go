// Package rtf reads the RTF bodies of Outlook items.
//
// [Decompress] undoes their compression ([MS-OXRTFCP]) and [Recognize] tells
// what the RTF is. Most often it only wraps HTML or plain text, which
// [Decapsulate] and [DecapsulateText] take out again ([MS-OXRTFEX]); what was
// written as RTF becomes HTML and text by [Convert]. The names of rules in
// comments and warnings (B7) are those of the tests.
//
// Input is hostile until read: nothing panics, time and output are bounded by
// the size of the input, and what can be read of damaged input is returned with
// the error or with warnings. HTML that [Convert] makes has nothing in it that a
// browser executes; HTML that was wrapped is what its author wrote.
package rtf
