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
	s := scanner{b: b}
	for {
		word, arg, ok := s.next()
		switch {
		case !ok || word == "fonttbl":
			return Rich
		case word == "fromhtml" && (arg == "" || arg == "1"):
			return HTML
		case word == "fromtext":
			return Text
		}
	}
}

// scanner yields the control words of an RTF header.
type scanner struct {
	b []byte
}

// next skips group marks and line ends and returns the next control word with
// its number; ok is false at the first text or at the end.
func (s *scanner) next() (word, arg string, ok bool) {
	for len(s.b) > 0 {
		switch c := s.b[0]; {
		case c == '{' || c == '\r' || c == '\n':
			s.b = s.b[1:]
		case c == '\\' && len(s.b) > 1 && letter(s.b[1]):
			word, arg = s.control()
			return word, arg, true
		case c == '\\' && len(s.b) > 1 && s.b[1] == '*':
			s.b = s.b[2:]
		default:
			return "", "", false
		}
	}
	return "", "", false
}

// control takes a control word, its number and the blank that ends it.
func (s *scanner) control() (word, arg string) {
	n := 1
	for n < len(s.b) && letter(s.b[n]) {
		n++
	}
	end := n
	if end < len(s.b) && s.b[end] == '-' {
		end++
	}
	for end < len(s.b) && s.b[end] >= '0' && s.b[end] <= '9' {
		end++
	}
	word, arg = string(s.b[1:n]), string(s.b[n:end])
	if end < len(s.b) && s.b[end] == ' ' {
		end++
	}
	s.b = s.b[end:]
	return word, arg
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
