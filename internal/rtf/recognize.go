package rtf

// Kind tells what an RTF text was made from ([MS-OXRTFEX] 2.1.3.1).
type Kind int

// The kinds of RTF.
const (
	Rich Kind = iota // written as RTF
	HTML             // wraps HTML, which can be taken out again
	Text             // wraps plain text
)

// Recognize finds the mark of wrapped text in the header of an RTF text: among
// the first ten tokens, or, as some writers have it, before the font table.
func Recognize(b []byte) Kind {
	l := lexer{b}
	var t token
	for l.next(&t) {
		switch {
		case t.kind == tokenOpen || t.kind == tokenSymbol && t.c == '*':
		case t.kind != tokenWord || string(t.data) == "fonttbl":
			return Rich
		case string(t.data) == "fromhtml" && (!t.hasArg || t.arg == 1):
			return HTML
		case string(t.data) == "fromtext":
			return Text
		}
	}
	return Rich
}
