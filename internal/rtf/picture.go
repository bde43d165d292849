package rtf

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"html"
	"math"
	"strconv"
)

// picture is a \pict under construction. Lengths are as the RTF says them.
type picture struct {
	kind                  string // control word
	data                  []byte
	digit                 int // the first of two hexadecimal digits, -1 for none
	w, h, goalW, goalH    int
	scaleX, scaleY        int // per cent
	bits, planes, rowSize int // of \wbitmap
}

// pictureWords are the numbers that describe a picture.
var pictureWords = map[string]func(p *picture, n int){
	"picw":     func(p *picture, n int) { p.w = n },
	"pich":     func(p *picture, n int) { p.h = n }, //nolint:misspell // control word
	"picwgoal": func(p *picture, n int) { p.goalW = n }, "pichgoal": func(p *picture, n int) { p.goalH = n },
	"picscalex": func(p *picture, n int) { p.scaleX = n }, "picscaley": func(p *picture, n int) { p.scaleY = n },
	"wbmbitspixel": func(p *picture, n int) { p.bits = n }, "wbmplanes": func(p *picture, n int) { p.planes = n },
	"wbmwidthbytes": func(p *picture, n int) { p.rowSize = n },
}

// pictureKinds are the words that say how the data is to be read.
var pictureKinds = []string{"pngblip", "jpegblip", "emfblip", "wmetafile", "dibitmap", "wbitmap", "macpict", "pmmetafile"}

func (c *converter) beginPicture() {
	switch {
	case c.st.dest == destShape && string(c.shape.key) != "pib":
		c.st.dest = destSkip
	case c.st.dest == destBody || c.st.dest == destShape:
		c.st.dest = destPicture
		c.pict = picture{digit: -1, scaleX: 100, scaleY: 100, bits: 1, planes: 1}
	}
}

// hex takes data as hexadecimal digits.
func (p *picture) hex(b []byte) {
	for _, ch := range b {
		d := hexDigit(ch)
		switch {
		case d < 0:
		case p.digit < 0:
			p.digit = d
		default:
			p.data = append(p.data, byte(p.digit<<4|d))
			p.digit = -1
		}
	}
}

// endPicture puts the picture where it stands in the text.
func (c *converter) endPicture() {
	p := c.pict
	c.pict = picture{}
	if len(p.data) == 0 || c.st.rich.char.invisible() {
		return
	}
	mime, ext, data := p.convert()
	if data == nil {
		c.report(c.part(cmp.Or(p.kind, "pict")))
		return
	}
	i := len(c.res.Pictures)
	pic := Picture{
		Name: "picture" + strconv.Itoa(i+1) + "." + ext, MIME: mime, Data: data,
		Inline: mime == "image/png" || mime == "image/jpeg" || mime == "image/gif" || mime == "image/bmp",
	}
	c.res.Pictures = append(c.res.Pictures, pic)
	f := c.st.rich.char
	f.font = c.st.font
	w := c.par.line(c.st.rich.label)
	c.par.format = c.st.rich.para
	if !pic.Inline {
		c.markup(w, f, html.EscapeString("["+pic.Name+"]"))
		return
	}
	c.markup(w, f, pictureMark+strconv.Itoa(i)+`"`+p.size()+` alt="">`)
}

// size is how large the picture is to be shown, as attributes.
func (p *picture) size() string {
	const twipsPerPixel = 15
	w := p.goalW * p.scaleX / 100 / twipsPerPixel
	h := p.goalH * p.scaleY / 100 / twipsPerPixel
	if w <= 0 || h <= 0 || w > 10000 || h > 10000 {
		return ""
	}
	return fmt.Sprintf(` width="%d" height="%d"`, w, h)
}

// convert gives the data the form of a file; nil if its form is unknown.
func (p *picture) convert() (mime, ext string, data []byte) {
	switch {
	case bytes.HasPrefix(p.data, []byte("\x89PNG\r\n")):
		return "image/png", "png", p.data
	case bytes.HasPrefix(p.data, []byte("\xFF\xD8\xFF")):
		return "image/jpeg", "jpg", p.data
	case bytes.HasPrefix(p.data, []byte("GIF8")):
		return "image/gif", "gif", p.data
	}
	switch p.kind {
	case "pngblip":
		return "image/png", "png", p.data
	case "jpegblip":
		return "image/jpeg", "jpg", p.data
	case "emfblip":
		return "image/emf", "emf", p.data
	case "wmetafile":
		return "image/wmf", "wmf", p.metafile()
	case "dibitmap":
		return "image/bmp", "bmp", bitmapFile(p.data)
	case "wbitmap":
		return "image/bmp", "bmp", p.deviceBitmap()
	}
	return "", "", nil
}

// placeable begins a metafile file that says how large it is.
const placeable = 0x9AC6CDD7

// metafile puts the header of a file before a metafile, which RTF has without
// ([MS-WMF] 2.3.2.3).
func (p *picture) metafile() []byte {
	if len(p.data) >= 4 && binary.LittleEndian.Uint32(p.data) == placeable {
		return p.data
	}
	side := func(goal int) uint16 { return uint16(min(max(goal, 1), math.MaxInt16)) }
	h := make([]byte, 0, 22+len(p.data))
	h = binary.LittleEndian.AppendUint32(h, placeable)
	for _, v := range []uint16{0, 0, 0, side(p.goalW), side(p.goalH), 1440, 0, 0} {
		h = binary.LittleEndian.AppendUint16(h, v)
	}
	var sum uint16
	for i := 0; i < len(h); i += 2 {
		sum ^= binary.LittleEndian.Uint16(h[i:])
	}
	return append(binary.LittleEndian.AppendUint16(h, sum), p.data...)
}
