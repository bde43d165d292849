package rtf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// Values of COMPTYPE ([MS-OXRTFCP] 2.1.3.1.1).
const (
	compressed   = 0x75465A4C // "LZFu"
	uncompressed = 0x414C454D // "MELA"
)

const (
	headerSize = 16
	dictSize   = 4096
	maxHint    = 16 << 20 // of what the header claims, at most this is allocated ahead
)

// prologue is what the dictionary holds at the start ([MS-OXRTFCP] 2.1.3.1.4).
const prologue = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript ` +
	`\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` + "\r\n" +
	`\par \pard\plain\f0\fs20\b\i\u\tab\tx`

// ErrFormat says that bytes are no compressed RTF at all.
var ErrFormat = errors.New("not compressed RTF")

// DamageError says that a stream was not whole or not as its header describes
// it. What was decompressed is usable.
type DamageError struct{ Problem string }

func (e *DamageError) Error() string { return "compressed RTF: " + e.Problem }

// Decompress undoes the compression of PidTagRtfCompressed ([MS-OXRTFCP] 2.1.3).
//
// The error is [ErrFormat] when b has no valid header, or a *[DamageError]
// beside the text that could be read.
func Decompress(b []byte) ([]byte, error) {
	if len(b) < headerSize {
		return nil, fmt.Errorf("%w: %d bytes", ErrFormat, len(b))
	}
	compSize, rawSize := uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[4:]))
	kind, sum := binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:])
	body := b[headerSize:]
	var problem string
	if end := compSize + 4; end != uint64(len(b)) {
		problem = fmt.Sprintf("header claims %d bytes, there are %d", end, len(b))
		body = body[:min(max(end, headerSize)-headerSize, uint64(len(body)))]
	}
	switch kind {
	case uncompressed:
		return trim(body[:min(rawSize, uint64(len(body)))]), damage(problem)
	case compressed:
	default:
		return nil, fmt.Errorf("%w: type %#x", ErrFormat, kind)
	}
	if got := checksum(body); got != sum && problem == "" {
		problem = fmt.Sprintf("checksum is %#x instead of %#x", got, sum)
	}
	limit := max(rawSize+64<<10, 8*uint64(len(body)))
	out, ended := expand(body, int(min(rawSize, maxHint, limit)), int(min(limit, 9*uint64(len(body))+64<<10)))
	if !ended && problem == "" {
		problem = "the stream does not end where it should"
	}
	return trim(out), damage(problem)
}

// expand decompresses until the end mark, the end of the input or limit. A byte
// of input gives at most nine bytes of output.
func expand(b []byte, hint, limit int) (out []byte, ended bool) {
	var dict [dictSize]byte
	pos := copy(dict[:], prologue)
	out = make([]byte, 0, hint)
	put := func(c byte) {
		out = append(out, c)
		dict[pos] = c
		pos = (pos + 1) % dictSize
	}
	for len(b) > 0 {
		control := b[0]
		b = b[1:]
		for bit := range 8 {
			switch {
			case len(out) >= limit || len(b) == 0:
				return out, false
			case control&(1<<bit) == 0:
				put(b[0])
				b = b[1:]
				continue
			case len(b) < 2:
				return out, false
			}
			ref := int(binary.BigEndian.Uint16(b))
			b = b[2:]
			from, n := ref>>4, ref&0xF+2
			if from == pos {
				return out, true
			}
			for range n {
				put(dict[from])
				from = (from + 1) % dictSize
			}
		}
	}
	return out, false
}

// checksum is CRC-32 without the complements at start and end ([MS-OXRTFCP]
// 2.1.3.2).
func checksum(b []byte) uint32 {
	return ^crc32.Update(0xFFFFFFFF, crc32.IEEETable, b)
}

func trim(b []byte) []byte { return bytes.TrimRight(b, "\x00") }

func damage(problem string) error {
	if problem == "" {
		return nil
	}
	return &DamageError{problem}
}
