package psttest

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"time"
	"unicode/utf16"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// encodeProp returns the type of a property and its bytes as stored
// ([MS-PST] 2.3.3.3 and 2.3.3.4, [MS-OXCDATA] 2.11.1).
func encodeProp(p Prop) (mapi.PropType, []byte, error) {
	t := p.Type
	if t == mapi.TypeUnspecified {
		t = typeOf(p.Value)
	}
	data, err := encodeValue(t, p.Value)
	if err != nil {
		return t, nil, err
	}
	if size := t.FixedSize(); size > 0 && len(data) != size {
		return t, nil, fmt.Errorf("%d bytes for type %v, which has %d", len(data), t, size)
	}
	return t, data, nil
}

// typeOf is the property type that a Go value has by nature.
func typeOf(v any) mapi.PropType {
	switch v.(type) {
	case string:
		return mapi.TypeString
	case []string:
		return mapi.TypeString | mapi.MultiValue
	case []byte:
		return mapi.TypeBinary
	case [][]byte:
		return mapi.TypeBinary | mapi.MultiValue
	case bool:
		return mapi.TypeBool
	case int16:
		return mapi.TypeInt16
	case int, int32, uint32:
		return mapi.TypeInt32
	case int64, uint64:
		return mapi.TypeInt64
	case []int:
		return mapi.TypeInt32 | mapi.MultiValue
	case float32:
		return mapi.TypeFloat32
	case float64:
		return mapi.TypeFloat64
	case time.Time:
		return mapi.TypeTime
	case mapi.GUID:
		return mapi.TypeGUID
	}
	return mapi.TypeUnspecified
}

func encodeValue(t mapi.PropType, v any) ([]byte, error) {
	switch v := v.(type) {
	case []byte:
		return v, nil
	case string:
		return encodeString(t, v), nil
	case []string:
		items := make([][]byte, len(v))
		for i, s := range v {
			items[i] = encodeString(t&^mapi.MultiValue, s)
		}
		return encodeList(items), nil
	case [][]byte:
		return encodeList(v), nil
	case []int:
		var b []byte
		for _, n := range v {
			b = append(b, encodeInt(t&^mapi.MultiValue, int64(n))...)
		}
		return b, nil
	case mapi.GUID:
		return v[:], nil
	case time.Time:
		return binary.LittleEndian.AppendUint64(nil, mapi.ToFileTime(v)), nil
	}
	return encodeNumber(t, v)
}

func encodeNumber(t mapi.PropType, v any) ([]byte, error) {
	r := reflect.ValueOf(v)
	switch {
	case !r.IsValid():
	case r.Kind() == reflect.Bool:
		if r.Bool() {
			return []byte{1}, nil
		}
		return []byte{0}, nil
	case r.CanInt():
		return encodeInt(t, r.Int()), nil
	case r.CanUint():
		return encodeInt(t, int64(r.Uint())), nil
	case r.CanFloat() && t == mapi.TypeFloat32:
		return binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(r.Float()))), nil
	case r.CanFloat():
		return binary.LittleEndian.AppendUint64(nil, math.Float64bits(r.Float())), nil
	}
	return nil, fmt.Errorf("value of Go type %T for type %v", v, t)
}

// encodeInt is the low bytes of n, as many as the type has.
func encodeInt(t mapi.PropType, n int64) []byte {
	return binary.LittleEndian.AppendUint64(nil, uint64(n))[:min(8, t.FixedSize())]
}

// encodeString is UTF-16LE without a terminator, or for TypeString8 the bytes
// as they are. Text that is no valid UTF-8 has U+FFFD where it is not.
func encodeString(t mapi.PropType, s string) []byte {
	if t&^mapi.MultiValue == mapi.TypeString8 {
		return []byte(s)
	}
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// encodeList is a multi-value property of variable size: a count, the offset of
// each value, the values ([MS-PST] 2.3.3.4.2).
func encodeList(items [][]byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(items)))
	at := 4 + 4*len(items)
	for _, item := range items {
		b = binary.LittleEndian.AppendUint32(b, uint32(at))
		at += len(item)
	}
	for _, item := range items {
		b = append(b, item...)
	}
	return b
}
