// Package tnef reads winmail.dat: an Outlook item in the Transport Neutral
// Encapsulation Format ([MS-OXTNEF]).
//
// A stream is a list of attributes, each with a checksum. Old attributes have
// one fact each (the subject, a file's name); three of them carry lists of the
// properties that data files have too, and those win. What [Read] gives has the
// getters of an item of a data file, so that the same rules can be applied to
// both. Values are not read before they are asked for, and large ones can be
// streamed, so an attachment never has to be held in memory.
//
// Input is hostile until read: nothing panics, memory is bounded by the number
// of properties that are allowed and not by what the input claims, and what can
// be read of a damaged stream is returned. [Message.Complete] tells whether
// that was everything: only then may the original be thrown away (A18).
package tnef
