// Package ndb reads the node database layer of Outlook data files: header,
// B-tree pages, blocks, data trees and subnode trees ([MS-PST] 2.2).
//
// Everything is read lazily and nothing is trusted: levels of trees must
// decrease on the way down, allocations are bounded by the size of the file,
// and a wrong checksum, signature or page type is reported as [Damage] while
// reading goes on. Only bytes that cannot be located or decoded are an error,
// and that error is an [*Error] which names structure, field and file offset.
//
// The format of a file (sizes and offsets of its structures) is chosen once,
// when it is opened; see [layout].
package ndb
