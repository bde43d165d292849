package imapconn

import (
	"bytes"
	"fmt"
)

// maxNesting bounds lists in lists; the responses parsed here have three levels.
const maxNesting = 8

// value is one element of response data: an atom, a string, NIL or a list (RFC 9051 section 4).
type value struct {
	text   string
	isNil  bool
	isList bool
	list   []value
}

// parseValues splits response data such as `(("INBOX." ".")) NIL NIL` into its elements.
func parseValues(b []byte) ([]value, error) {
	p := valueParser{rest: b}
	values, err := p.values(0)
	if err == nil && len(p.rest) > 0 {
		err = fmt.Errorf("%w: unexpected %q", errProtocol, p.rest[0])
	}
	return values, err
}

type valueParser struct{ rest []byte }

// values reads up to a closing bracket or the end.
func (p *valueParser) values(depth int) ([]value, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("%w: lists nested deeper than %d", errProtocol, maxNesting)
	}
	var list []value
	for {
		p.rest = bytes.TrimLeft(p.rest, " ")
		if len(p.rest) == 0 || p.rest[0] == ')' {
			return list, nil
		}
		v, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
}

func (p *valueParser) value(depth int) (value, error) {
	switch p.rest[0] {
	case '(':
		p.rest = p.rest[1:]
		list, err := p.values(depth + 1)
		if err == nil && len(p.rest) == 0 {
			err = fmt.Errorf("%w: list without end", errProtocol)
		}
		if err != nil {
			return value{}, err
		}
		p.rest = p.rest[1:]
		return value{isList: true, list: list}, nil
	case '"':
		return p.quoted()
	case '{':
		return p.literal()
	}
	return p.atom(), nil
}

func (p *valueParser) quoted() (value, error) {
	var text []byte
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '"':
			p.rest = p.rest[i+1:]
			return value{text: string(text)}, nil
		case c == '\\' && i+1 < len(p.rest):
			i++
			text = append(text, p.rest[i])
		default:
			text = append(text, c)
		}
	}
	return value{}, fmt.Errorf("%w: string without end", errProtocol)
}

func (p *valueParser) literal() (value, error) {
	head, body, _ := bytes.Cut(p.rest, []byte("\n"))
	n, ok := literalSize(head)
	if !ok || n > int64(len(body)) {
		return value{}, fmt.Errorf("%w: broken literal", errProtocol)
	}
	p.rest = body[n:]
	return value{text: string(body[:n])}, nil
}

// atom takes everything up to a blank or bracket: servers put more into atoms than the grammar allows.
func (p *valueParser) atom() value {
	n := bytes.IndexAny(p.rest, " ()")
	if n < 0 {
		n = len(p.rest)
	}
	text := string(p.rest[:n])
	p.rest = p.rest[n:]
	return value{text: text, isNil: bytes.EqualFold([]byte(text), []byte("NIL"))}
}
