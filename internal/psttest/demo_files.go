package psttest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/adler32"
	"hash/crc32"
)

// demoPDF is a document of one line, small enough to be written by hand.
func demoPDF(text string) []byte {
	var b bytes.Buffer
	var offsets []int
	b.WriteString("%PDF-1.4\n")
	stream := fmt.Sprintf("BT /F1 18 Tf 72 720 Td (%s) Tj ET", text)
	for i, body := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(stream), stream),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	} {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, xref)
	return b.Bytes()
}

// demoPNG is a picture of two colors. Its data are stored, not compressed, so
// that the bytes do not depend on a compressor's version (RFC 1950, RFC 1951 3.2.4).
func demoPNG(size int, r, g, b byte) []byte {
	var pixels []byte
	for y := range size {
		pixels = append(pixels, 0) // no filter
		for x := range size {
			if (x/4+y/4)%2 == 0 {
				pixels = append(pixels, r, g, b)
			} else {
				pixels = append(pixels, 0xFF, 0xFF, 0xFF)
			}
		}
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(size))
	head = binary.BigEndian.AppendUint32(head, uint32(size))
	head = append(head, 8, 2, 0, 0, 0) // 8 bits, RGB
	data := []byte{0x78, 0x01, 0x01}
	data = binary.LittleEndian.AppendUint16(data, uint16(len(pixels)))
	data = binary.LittleEndian.AppendUint16(data, ^uint16(len(pixels)))
	data = append(data, pixels...)
	data = binary.BigEndian.AppendUint32(data, adler32.Checksum(pixels))
	out := []byte("\x89PNG\r\n\x1a\n")
	for _, c := range []struct {
		kind string
		data []byte
	}{{"IHDR", head}, {"IDAT", data}, {"IEND", nil}} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(c.data)))
		body := append([]byte(c.kind), c.data...)
		out = append(out, body...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
	}
	return out
}

func demoPDFFile(name, text string) Attachment {
	return ByValue(name, "application/pdf", demoPDF(text))
}
