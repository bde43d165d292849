package eml

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"

	"github.com/pst2imap/pst2imap/internal/cfb"
	"github.com/pst2imap/pst2imap/internal/mapi"
)

// maxOLE is how large an embedded object may be to be looked into; larger ones
// are attached as they are.
const maxOLE = 32 << 20

// oleFile is a file inside an embedded object: bytes before it that the object
// leaves out, and its own.
type oleFile struct {
	name, ext, mediaType string
	prefix, data         []byte
}

// unpackOLE finds the document, file or picture in an embedded object (A14). An
// object in which none is found is attached whole.
func (it *item) unpackOLE(a *attachment) *unpacked {
	whole := &unpacked{ext: "ole", mediaType: "application/x-ole-storage", head: a.data.head, write: a.write}
	if a.data.size > maxOLE {
		it.run.warn("A14", "attachment %d: an embedded object of %d bytes is attached as it is", a.index, a.data.size)
		return whole
	}
	data, err := a.first(maxOLE)
	f, ok := openOLE(data, it.decode8)
	if err != nil || !ok {
		return whole
	}
	u := &unpacked{name: cleanFileName(f.name), ext: f.ext, mediaType: f.mediaType,
		head: append(f.prefix[:len(f.prefix):len(f.prefix)], f.data[:min(len(f.data), headSize)]...)}
	u.write = func(w io.Writer) error {
		data, err := a.first(maxOLE)
		if err != nil {
			return err
		}
		f, _ := openOLE(data, it.decode8)
		if _, err = w.Write(f.prefix); err == nil {
			_, err = w.Write(f.data)
		}
		return err
	}
	return u
}

// openOLE looks into the data of an embedded object: a compound file, or the
// stream of an older object ([MS-OLEDS] 2.2.5).
func openOLE(b []byte, decode8 func([]byte) string) (oleFile, bool) {
	if cfb.Is(b) {
		return openStorage(b, decode8)
	}
	class, native, ok := ole1Native(b)
	switch {
	case !ok:
		return oleFile{}, false
	case strings.EqualFold(class, "Package"):
		return parsePackage(native, decode8)
	case cfb.Is(native):
		return openStorage(native, decode8)
	}
	return pictureOrDocument(native)
}

// ole1Native finds class and native data in the stream of an OLE 1.0 object.
func ole1Native(b []byte) (class string, native []byte, ok bool) {
	const embedded = 2
	if len(b) < 8 || binary.LittleEndian.Uint32(b[4:]) != embedded {
		return "", nil, false
	}
	b = b[8:]
	var s [3][]byte // class, topic, item
	for i := range s {
		if s[i], b, ok = cutSized(b); !ok {
			return "", nil, false
		}
	}
	native, _, ok = cutSized(b)
	return strings.TrimRight(string(s[0]), "\x00"), native, ok
}

// cutSized takes bytes with a leading length of four bytes.
func cutSized(b []byte) (s, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := uint64(binary.LittleEndian.Uint32(b))
	if b = b[4:]; n > uint64(len(b)) {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}

// documents are streams that make a storage the document of a program.
var documents = []struct{ stream, ext string }{
	{"WordDocument", "doc"}, {"Workbook", "xls"}, {"Book", "xls"}, {"PowerPoint Document", "ppt"},
	{"VisioDocument", "vsd"}, {"__properties_version1.0", "msg"},
}

// openStorage looks into a compound file.
func openStorage(b []byte, decode8 func([]byte) string) (oleFile, bool) {
	f, err := cfb.Open(b)
	if err != nil {
		return oleFile{}, false
	}
	if native, ok := f.Stream("\x01Ole10Native"); ok {
		return openNative(native, decode8)
	}
	for _, name := range []string{"Package", "CONTENTS"} { // documents of newer programs, PDF, pictures
		if data, ok := f.Stream(name); ok {
			if file, ok := pictureOrDocument(data); ok {
				return file, true
			}
		}
	}
	for _, d := range documents {
		if _, ok := f.Stream(d.stream); ok {
			return oleFile{ext: d.ext, data: b}, true
		}
	}
	if p, ok := f.Stream("\x02OlePres000"); ok {
		return openPresentation(p)
	}
	return oleFile{}, false
}

// openNative looks into the stream that an object of OLE 1.0 became: its size
// and a file that was dropped into the item, or what else its program keeps.
func openNative(b []byte, decode8 func([]byte) string) (oleFile, bool) {
	native, _, ok := cutSized(b)
	if !ok {
		return oleFile{}, false
	}
	if f, ok := parsePackage(native, decode8); ok {
		return f, true
	}
	return pictureOrDocument(native)
}

// parsePackage reads a packaged file: its label, the path it came from, the path
// of a temporary copy, and its bytes. Later writers add the names once more in
// Unicode.
func parsePackage(b []byte, decode8 func([]byte) string) (oleFile, bool) {
	const version, embedded = 2, 3
	if len(b) < 2 || binary.LittleEndian.Uint16(b) != version {
		return oleFile{}, false
	}
	label, rest, ok := bytes.Cut(b[2:], []byte{0})
	if ok {
		_, rest, ok = bytes.Cut(rest, []byte{0})
	}
	if !ok || len(rest) < 4 || binary.LittleEndian.Uint16(rest[2:]) != embedded {
		return oleFile{}, false
	}
	_, rest, ok = cutSized(rest[4:])
	if !ok {
		return oleFile{}, false
	}
	data, rest, ok := cutSized(rest)
	name := decode8(label)
	if wide := packageLabel(rest); wide != "" {
		name = wide
	}
	return oleFile{name: name, data: data}, ok
}

// packageLabel is the label in Unicode, "" without one. Its lengths count
// characters; the path of the temporary copy comes before it.
func packageLabel(b []byte) string {
	var s []byte
	for range 2 {
		if len(b) < 4 {
			return ""
		}
		n := uint64(binary.LittleEndian.Uint32(b)) * 2
		if b = b[4:]; n > uint64(len(b)) {
			return ""
		}
		s, b = b[:n], b[n:]
	}
	return mapi.WholeUTF16(s)
}
