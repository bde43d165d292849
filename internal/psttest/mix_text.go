package psttest

import (
	"encoding/binary"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// mixWords are invented words: text that looks like text and says nothing.
var mixWords = strings.Fields(`
	abelo agrim alvo amenta andor arnil asque balmo baret belun bintar borel brasto brivel calden caro celmin
	cobrel corvan dalmo dartel delvin denor dirval dorma dusk edran elbin elmora entel erval esko falden famir
	fento filgar foren galdo garel genvo gilmar gorben halven harno helmi hirdan iblo ildren intar irvo jalden
	jarmo jelvin kaldo karvel kelmin kirbo kolvar lamdo larvel lenko lindar lorben madro malvin menko mirdel
	molvar nalbo narden nelvi nirmo norvel obrin oldar orvel palmo pardel pelvin pirbo polvar quando quirel
	ralbo rarden relvin rimdo rolvar saldo sarvel selmin sirbo solvar taldo tarben telvin tirmo tolvar ulbren
	undar urvo valdo varmel velkin virbo volnar walbo warden welmin yalbo yorven zaldo zarvel zelmin zorben`)

// mixLines is how many lines of text are made once for all messages.
const mixLines = 4096

// mixText is a stretch of lines in both forms that a body has. Bodies are parts
// of it, so that a message costs no more than to copy them.
type mixText struct {
	plain, html       []byte // UTF-16 and UTF-8
	plainEnd, htmlEnd []int  // where each line ends
}

func newMixText(r *rand.Rand) *mixText {
	t := &mixText{}
	for range mixLines {
		line := sentence(r, 4+r.IntN(10))
		t.plain = append(t.plain, encodeString(mapi.TypeString, line+".\r\n")...)
		t.html = append(t.html, "<p>"+line+".</p>\r\n"...)
		t.plainEnd = append(t.plainEnd, len(t.plain))
		t.htmlEnd = append(t.htmlEnd, len(t.html))
	}
	return t
}

// bodies are lines of about so many bytes in both forms together.
func (t *mixText) bodies(r *rand.Rand, size int) (plain, html []byte) {
	mean := (len(t.plain) + len(t.html)) / mixLines
	n := min(max(size/mean, 1), mixLines/2)
	first := 1 + r.IntN(mixLines-n)
	plain = t.plain[t.plainEnd[first-1]:t.plainEnd[first-1+n]]
	html = append(html, "<html><head><meta charset=\"utf-8\"></head><body>\r\n"...)
	html = append(html, t.html[t.htmlEnd[first-1]:t.htmlEnd[first-1+n]]...)
	return plain, append(html, "</body></html>\r\n"...)
}

func word(r *rand.Rand) string { return mixWords[r.IntN(len(mixWords))] }

// sentence is so many words, the first one with a capital.
func sentence(r *rand.Rand, words int) string {
	var b strings.Builder
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word(r))
	}
	return capital(b.String())
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// noise is the content of an attachment: bytes that neither repeat nor compress.
type noise struct {
	src  *rand.PCG
	left int64
}

// Read gives eight bytes per step of the generator.
func (n *noise) Read(p []byte) (int, error) {
	if n.left <= 0 {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), n.left)]
	i := 0
	for ; i+8 <= len(p); i += 8 {
		binary.LittleEndian.PutUint64(p[i:], n.src.Uint64())
	}
	if i < len(p) {
		var last [8]byte
		binary.LittleEndian.PutUint64(last[:], n.src.Uint64())
		copy(p[i:], last[:])
	}
	n.left -= int64(len(p))
	return len(p), nil
}
