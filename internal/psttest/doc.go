// Package psttest writes Outlook data files for tests, benchmarks and the
// demonstration mailbox.
//
// It is layered as the specification is: the node database with its header,
// allocation maps, blocks and B-trees ([MS-PST] 2.2), the lists, tables and
// properties on top of it (2.3), and the messaging objects made of those (2.4).
// It shares no code with the reader of this project, so that an error in one
// cannot hide the same error in the other.
//
// [Writer] streams: folders are declared, messages are handed over one at a
// time and written at increasing offsets. What stays in memory are the entries
// of the two B-trees (56 bytes per node and block) and, for each folder, the
// row index of its contents table and two unfinished blocks. A file of many
// gigabytes is therefore no different from a small one. [Bytes] is the short
// way for tests that fit in memory:
//
//	b, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{{
//		Name: "Inbox", Role: psttest.RoleInbox,
//		Messages: []*psttest.Message{psttest.Mail("Hello", "ann@example.org", "bob@example.org", "Hi Bob")},
//	}}})
//
// The same input gives the same bytes: there is no clock and no randomness.
// Values are written as they are given, sensible or not; only what a file
// cannot express is an error.
package psttest
