// Package event is how the core tells what it is doing to whoever watches. The
// core never prints.
package event

import "time"

// Stage is a part of a run.
type Stage string

// Stages in their order.
const (
	StageFind     Stage = "looking for data files"  // folders instead of items
	StageLook     Stage = "looking into data files" // files instead of items
	StageBackup   Stage = "copying the data file"   // bytes of files, see TotalBytes
	StageReadBack Stage = "reading the copy back"   // likewise
	StageScan     Stage = "searching the data file" // MiB instead of items
	StageCheck    Stage = "checking the data file"  // blocks instead of items
	StageRead     Stage = "reading the data file"
	StageIndex    Stage = "reading what is on the server"
	StageConvert  Stage = "converting"
	StageExport   Stage = "exporting"
	StagePIM      Stage = "writing calendars and address books"
	StageUpload   Stage = "uploading"
	StageVerify   Stage = "verifying"
)

// Progress says how far a stage is.
type Progress struct {
	Stage  Stage
	Folder string // current folder, for people
	Done   int    // items
	Total  int    // items; 0 when unknown
	Bytes  int64  // bytes moved so far

	// TotalBytes is how many there will be where bytes, not items, say how far a stage
	// is; 0 elsewhere.
	TotalBytes int64
	// Left is how long the rest may take, 0 when that is not known.
	Left time.Duration

	Waiting string // what is waited for, for people; empty when nothing is
}

// Level is how much a note matters.
type Level int

// Levels of notes.
const (
	Info Level = iota
	Warning
)

// Note is a sentence for the person.
type Note struct {
	Level Level
	Text  string
}

// Listener watches a run. Its methods are called from one goroutine at a time
// and should return quickly.
type Listener interface {
	Progress(Progress)
	Note(Note)
}

// Discard listens to nothing.
type Discard struct{}

// Progress does nothing.
func (Discard) Progress(Progress) {}

// Note does nothing.
func (Discard) Note(Note) {}

// Interval is how often progress is worth telling.
const Interval = 100 * time.Millisecond
