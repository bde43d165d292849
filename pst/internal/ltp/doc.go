// Package ltp reads the lists, tables and properties layer of Outlook data
// files: heap-on-node, BTree-on-heap, property contexts and table contexts
// ([MS-PST] 2.3), on top of the node database of package ndb.
//
// Like ndb it trusts nothing: indexes are checked against what the heap has,
// trees against cycles and depth, and rows of tables come from the row index
// only, never from the raw matrix.
package ltp
