// Package bench measures the reader of data files beside readers that others
// wrote.
//
// Each reader is a program of its own, so that what is compared is what a user
// would wait for: the start of the process, opening, reading, the end.
//
//	bench/ours     package pst, a worker for each core
//	bench/gopst    github.com/mooijtech/go-pst/v6, in a test binary
//	bench/pypff    libpff by its Python module
//	bench/read     runs them in turns and judges; "make bench-read"
//	bench/convert  does the same with our export and readpst; "make bench-convert"
//
// All of them do the same work, as far as they can: every property of every
// message is read, strings are decoded, compressed RTF is decompressed,
// attachments are hashed with SHA-256. Each prints a line of [Counts] at the
// end, so that a reader which is quick because it reads less is seen.
//
// bench/upload does the like for the whole upload: "make bench-upload".
package bench

import "encoding/json"

// Counts is what a reader says it has read.
type Counts struct {
	Folders     int   `json:"folders"`
	Messages    int   `json:"messages"`   // top-level and embedded
	Properties  int   `json:"properties"` // of messages, recipients and attachments
	Recipients  int   `json:"recipients"`
	Attachments int   `json:"attachments"`
	Bytes       int64 `json:"bytes"`  // of values, as decoded
	Hashed      int64 `json:"hashed"` // bytes of attachments' data
	Errors      int   `json:"errors"` // what could not be read
}

// Add adds what another worker has read.
func (c *Counts) Add(o Counts) {
	c.Folders += o.Folders
	c.Messages += o.Messages
	c.Properties += o.Properties
	c.Recipients += o.Recipients
	c.Attachments += o.Attachments
	c.Bytes += o.Bytes
	c.Hashed += o.Hashed
	c.Errors += o.Errors
}

// String is the line that a reader prints.
func (c Counts) String() string {
	b, err := json.Marshal(c)
	if err != nil {
		return err.Error() // cannot be: a struct of numbers
	}
	return string(b)
}
