package rtf

import "encoding/binary"

// Sizes of the headers of bitmaps ([MS-WMF] 2.2.2.3, 2.2.2.9).
const (
	bitmapFileHeader = 14
	bitmapCoreHeader = 12
	bitmapInfoHeader = 40
)

// bitmapFile puts the header of a file before a device-independent bitmap; nil
// if it is none.
func bitmapFile(b []byte) []byte {
	if len(b) < bitmapCoreHeader {
		return nil
	}
	header := uint64(binary.LittleEndian.Uint32(b))
	if header != bitmapCoreHeader && header < bitmapInfoHeader || header > uint64(len(b)) {
		return nil
	}
	offset := bitmapFileHeader + header + palette(b, header)
	if offset-bitmapFileHeader > uint64(len(b)) {
		return nil
	}
	return append(fileHeader(len(b), int(offset)), b...)
}

func fileHeader(size, offset int) []byte {
	h := append(make([]byte, 0, bitmapFileHeader+size), "BM"...)
	h = binary.LittleEndian.AppendUint32(h, uint32(bitmapFileHeader+size))
	h = append(h, 0, 0, 0, 0)
	return binary.LittleEndian.AppendUint32(h, uint32(offset))
}

// palette is the size of the colours between header and pixels.
func palette(b []byte, header uint64) uint64 {
	if header == bitmapCoreHeader {
		if bits := binary.LittleEndian.Uint16(b[10:]); bits <= 8 {
			return 3 << bits
		}
		return 0
	}
	const bitFields = 3
	bits, compression := binary.LittleEndian.Uint16(b[14:]), binary.LittleEndian.Uint32(b[16:])
	used := uint64(binary.LittleEndian.Uint32(b[32:]))
	if used == 0 && bits <= 8 {
		used = 1 << bits
	}
	size := 4 * used
	if compression == bitFields && header == bitmapInfoHeader {
		size += 12
	}
	return size
}

// deviceBitmap makes a file of a bitmap as a device has it, from the top row
// down, if its colours do not depend on the device; nil if they do.
func (p *picture) deviceBitmap() []byte {
	if file := bitmapFile(p.data); file != nil && binary.LittleEndian.Uint32(p.data) == bitmapInfoHeader {
		return file
	}
	known := p.planes == 1 && (p.bits == 1 || p.bits == 24 || p.bits == 32)
	if !known || p.w <= 0 || p.h <= 0 || p.rowSize <= 0 || p.rowSize > len(p.data) || p.h > len(p.data)/p.rowSize {
		return nil
	}
	stride := (p.w*p.bits + 31) / 32 * 4
	if stride-p.rowSize >= 4 || p.rowSize-stride >= 4 {
		return nil
	}
	info := make([]byte, bitmapInfoHeader)
	binary.LittleEndian.PutUint32(info, bitmapInfoHeader)
	binary.LittleEndian.PutUint32(info[4:], uint32(p.w))
	binary.LittleEndian.PutUint32(info[8:], uint32(-p.h)) // negative: from the top
	binary.LittleEndian.PutUint16(info[12:], 1)
	binary.LittleEndian.PutUint16(info[14:], uint16(p.bits))
	if p.bits == 1 {
		info = append(info, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0)
	}
	out := append(fileHeader(len(info)+stride*p.h, bitmapFileHeader+len(info)), info...)
	pad := make([]byte, stride)
	for y := range p.h {
		n := copy(pad, p.data[y*p.rowSize:(y+1)*p.rowSize])
		clear(pad[n:])
		out = append(out, pad...)
	}
	return out
}
