package mapi

import (
	"errors"
	"io"
	"iter"
	"time"
)

// ErrNoProperty says that an object does not have a property.
var ErrNoProperty = errors.New("no such property")

// Properties are those of an item, recipient or attachment, wherever they are
// stored: in a data file or in winmail.dat. The getters without an error answer
// ok=false for a property that is absent, of another type, or unreadable.
//
// Identifiers of named properties mean something only in the place that they are
// from: ask for them with NamedID.
type Properties interface {
	// All yields identifiers and types in ascending order.
	All() iter.Seq2[PropID, PropType]
	// Has tells whether the property exists, readable or not.
	Has(id PropID) bool
	// Type is the type of a property, TypeUnspecified when it is absent.
	Type(id PropID) PropType
	// NamedID tells which identifier a named property has here, 0 and false when
	// none has it.
	NamedID(n Name) (PropID, bool)
	// NameOf is the inverse of NamedID.
	NameOf(id PropID) (Name, bool)
	// Value reads a property whole. The error wraps [ErrNoProperty] when it is absent.
	Value(id PropID) (Value, error)
	// Open streams the bytes of a property and tells their number. The error wraps
	// [ErrNoProperty] when it is absent.
	Open(id PropID) (io.Reader, int64, error)
	// Int is a whole number or boolean.
	Int(id PropID) (int64, bool)
	// Bool tells whether a boolean (or number) is there and true.
	Bool(id PropID) bool
	// Time is a point in time, UTC; the stored values that mean "none" are absent.
	Time(id PropID) (time.Time, bool)
	// Bytes are the bytes of a binary, string or object property.
	Bytes(id PropID) ([]byte, bool)
	// Text is a string up to its first NUL.
	Text(id PropID) (string, bool)
	// Texts are the elements of a multi-value string; a single string is a list of one.
	Texts(id PropID) []string
}
