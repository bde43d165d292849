package mapi

import (
	"encoding/binary"
	"errors"
	"math"
	"time"
)

// Value is one property value: its type and its bytes as stored, little-endian.
// Strings are UTF-16LE (TypeString) or in a code page that only the item knows
// (TypeString8). A zero Value has type TypeUnspecified.
type Value struct {
	Type PropType
	Data []byte
}

// Int is the value as a signed number; ok is false when the type is not a
// whole number or a boolean, or the bytes are too few.
func (v Value) Int() (n int64, ok bool) {
	switch {
	case v.Type == TypeInt16 && len(v.Data) >= 2:
		return int64(int16(binary.LittleEndian.Uint16(v.Data))), true
	case (v.Type == TypeInt32 || v.Type == TypeError) && len(v.Data) >= 4:
		return int64(int32(binary.LittleEndian.Uint32(v.Data))), true
	case (v.Type == TypeInt64 || v.Type == TypeTime || v.Type == TypeCurrency) && len(v.Data) >= 8:
		return int64(binary.LittleEndian.Uint64(v.Data)), true
	case v.Type == TypeBool && len(v.Data) >= 1:
		if v.Data[0] != 0 {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// Float is a floating-point number. NaN and the infinities are none.
func (v Value) Float() (f float64, ok bool) {
	switch {
	case v.Type == TypeFloat64 && len(v.Data) >= 8:
		f = math.Float64frombits(binary.LittleEndian.Uint64(v.Data))
	case v.Type == TypeFloat32 && len(v.Data) >= 4:
		f = float64(math.Float32frombits(binary.LittleEndian.Uint32(v.Data)))
	default:
		return 0, false
	}
	return f, !math.IsNaN(f) && !math.IsInf(f, 0)
}

// Time is the value of a TypeTime property in UTC, with its full precision of
// 100 ns. ok is false for another type and for the values that mean "none":
// zero, 4501-01-01 and anything past the year 9999.
func (v Value) Time() (t time.Time, ok bool) {
	if v.Type != TypeTime || len(v.Data) < 8 {
		return time.Time{}, false
	}
	return FileTime(binary.LittleEndian.Uint64(v.Data))
}

const (
	// filetimeNone is 4501-01-01, how Outlook stores "no date".
	filetimeNone = 0x0CB34557A3DD4000
	// filetimeMax is 10000-01-01, the first instant RFC 5322 cannot write.
	filetimeMax = 2650467744000000000
	// filetimeUnix is 1970-01-01 in units of 100 ns since 1601-01-01.
	filetimeUnix = 116444736000000000
)

// FileTime converts a FILETIME, units of 100 ns since 1601-01-01 UTC
// ([MS-DTYP] 2.3.3). ok is false for the values that mean "none".
func FileTime(ft uint64) (t time.Time, ok bool) {
	if ft == 0 || ft == filetimeNone || ft >= filetimeMax {
		return time.Time{}, false
	}
	d := int64(ft) - filetimeUnix
	sec, frac := d/1e7, d%1e7
	if frac < 0 {
		sec, frac = sec-1, frac+1e7
	}
	return time.Unix(sec, frac*100).UTC(), true
}

// ToFileTime is the inverse of FileTime.
func ToFileTime(t time.Time) uint64 {
	return uint64(t.Unix()*1e7+int64(t.Nanosecond())/100) + filetimeUnix
}

// ErrMultiValue says that the bytes are no list of values.
var ErrMultiValue = errors.New("malformed multi-value property")

// Elements splits a multi-value property into its values ([MS-PST] 2.3.3.4).
// Elements that can be located are returned even when an error says that
// others could not.
func (v Value) Elements() ([]Value, error) {
	if !v.Type.IsMultiple() {
		return nil, ErrMultiValue
	}
	base := v.Type &^ MultiValue
	if size := base.FixedSize(); size > 0 {
		return fixedElements(base, v.Data, size)
	}
	return variableElements(base, v.Data)
}

func fixedElements(base PropType, b []byte, size int) ([]Value, error) {
	out := make([]Value, 0, len(b)/size)
	for ; len(b) >= size; b = b[size:] {
		out = append(out, Value{base, b[:size:size]})
	}
	if len(b) != 0 {
		return out, ErrMultiValue
	}
	return out, nil
}

// variableElements reads u32 count, count × u32 offset, then the data.
func variableElements(base PropType, b []byte) ([]Value, error) {
	if len(b) < 4 {
		return nil, ErrMultiValue
	}
	n := uint64(binary.LittleEndian.Uint32(b))
	if n > uint64(len(b)-4)/4 {
		return nil, ErrMultiValue
	}
	out := make([]Value, 0, n)
	var err error
	for i := range n {
		start := uint64(binary.LittleEndian.Uint32(b[4+4*i:]))
		end := uint64(len(b))
		if i+1 < n {
			end = uint64(binary.LittleEndian.Uint32(b[8+4*i:]))
		}
		if start > end || end > uint64(len(b)) || start < 4+4*n {
			err = ErrMultiValue
			continue
		}
		out = append(out, Value{base, b[start:end:end]})
	}
	return out, err
}
