package eml

import (
	"bytes"
	"encoding/binary"
)

// Clipboard formats ([MS-OLEDS] 2.1.1).
const (
	formatMetafile = 3
	formatDIB      = 8
	formatEMF      = 14
)

// openPresentation looks into a presentation stream ([MS-OLEDS] 2.3.4).
func openPresentation(b []byte) (oleFile, bool) {
	const standard, standardToo, fixed = 0xFFFFFFFF, 0xFFFFFFFE, 6 * 4 // aspect … height
	if len(b) < 12 {
		return oleFile{}, false
	}
	if m := binary.LittleEndian.Uint32(b); m != standard && m != standardToo {
		return oleFile{}, false
	}
	format := binary.LittleEndian.Uint32(b[4:])
	device := uint64(binary.LittleEndian.Uint32(b[8:])) // size of the target device, itself included
	b = b[12:]
	if device < 4 || device-4 > uint64(len(b)) || len(b[device-4:]) < fixed {
		return oleFile{}, false
	}
	data, _, ok := cutSized(b[device-4+fixed:])
	if !ok || len(data) == 0 {
		return oleFile{}, false
	}
	switch format {
	case formatDIB:
		return bitmap(data)
	case formatEMF:
		return oleFile{ext: "emf", mediaType: "image/emf", data: data}, true
	case formatMetafile:
		return oleFile{ext: "wmf", mediaType: "image/wmf", data: data}, true
	}
	return oleFile{}, false
}

// shapes are the first bytes of formats that are found in objects.
var shapes = []struct{ prefix, ext string }{
	{"%PDF-", "pdf"}, {"\x89PNG\r\n\x1a\n", "png"}, {"\xff\xd8\xff", "jpg"}, {"GIF8", "gif"}, {"BM", "bmp"},
	{"\xd7\xcd\xc6\x9a", "wmf"}, {"\x01\x00\x09\x00\x00\x03", "wmf"}, {"{\\rtf", "rtf"},
}

// pictureOrDocument tells by its first bytes what a stream holds.
func pictureOrDocument(b []byte) (oleFile, bool) {
	for _, s := range shapes {
		if bytes.HasPrefix(b, []byte(s.prefix)) {
			return oleFile{ext: s.ext, mediaType: extensionTypes[s.ext], data: b}, true
		}
	}
	const emfMark = 40 // [MS-EMF] 2.2.9: " EMF" in the header
	if len(b) > emfMark+4 && binary.LittleEndian.Uint32(b) == 1 && string(b[emfMark:emfMark+4]) == " EMF" {
		return oleFile{ext: "emf", mediaType: "image/emf", data: b}, true
	}
	if ext := officeZip(b); ext != "" {
		return oleFile{ext: ext, mediaType: extensionTypes[ext], data: b}, true
	}
	return bitmap(b)
}

// officeZip is the extension of a document in Open XML, "" for anything else.
// The names of its files tell.
func officeZip(b []byte) string {
	if !bytes.HasPrefix(b, []byte("PK\x03\x04")) {
		return ""
	}
	for _, k := range []struct{ folder, ext string }{{"word/document", "docx"}, {"xl/workbook", "xlsx"}, {"ppt/presentation", "pptx"}} {
		if bytes.Contains(b, []byte(k.folder)) {
			return k.ext
		}
	}
	return "zip"
}

// bitmap puts the header of a file before a bitmap that has none ([MS-WMF]
// 2.2.2.9 and BITMAPFILEHEADER).
func bitmap(b []byte) (oleFile, bool) {
	const fileHeader, infoHeader, bitFields = 14, 40, 3
	if len(b) < infoHeader || binary.LittleEndian.Uint32(b) != infoHeader || binary.LittleEndian.Uint16(b[12:]) != 1 {
		return oleFile{}, false
	}
	depth, compression := binary.LittleEndian.Uint16(b[14:]), binary.LittleEndian.Uint32(b[16:])
	colors := uint64(binary.LittleEndian.Uint32(b[32:]))
	switch {
	case depth > 32:
		return oleFile{}, false
	case colors == 0 && depth <= 8:
		colors = 1 << depth
	}
	start := uint64(fileHeader+infoHeader) + 4*colors
	if compression == bitFields {
		start += 3 * 4
	}
	if start > uint64(fileHeader+len(b)) {
		return oleFile{}, false
	}
	h := append([]byte("BM"), binary.LittleEndian.AppendUint32(nil, uint32(fileHeader+len(b)))...)
	h = append(h, 0, 0, 0, 0)
	h = binary.LittleEndian.AppendUint32(h, uint32(start))
	return oleFile{ext: "bmp", mediaType: "image/bmp", prefix: h, data: b}, true
}
