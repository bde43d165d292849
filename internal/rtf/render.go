package rtf

import (
	"slices"
	"sort"
	"strconv"
)

// near is how far apart edges may be that are meant to be one, in twentieths of
// a point.
const near = 20

// maxSpan is the largest number of columns that HTML lets a cell span.
const maxSpan = 1000

// span is a cell on its way to HTML.
type span struct {
	props       cellProps
	left        int // edge
	first, last int // columns, the last exclusive; 0, 0 if they are unknown
	rows        int
	html        []byte
}

// render appends the HTML of a table.
func (c *converter) render(out []byte, t *table) []byte {
	if len(t.rows) == 0 {
		return out
	}
	grid := columns(t.rows)
	above := make(map[int]*span)
	rows := make([][]*span, len(t.rows))
	for i := range t.rows {
		rows[i], above = t.rows[i].spans(grid, above)
	}
	out = append(out, `<table cellspacing="0" cellpadding="4"`...)
	if t.rows[0].props.center {
		out = append(out, ` align="center"`...)
	}
	out = append(out, ` style="border-collapse:collapse">`+"\r\n"...)
	c.afford(100)
	for i := range rows {
		out = append(out, "<tr>"...)
		for _, s := range rows[i] {
			out = c.renderCell(out, s)
		}
		out = append(out, "</tr>\r\n"...)
	}
	return append(out, "</table>\r\n"...)
}

func (c *converter) renderCell(out []byte, s *span) []byte {
	out = append(out, "<td"...)
	var attributes []byte
	if n := s.last - s.first; n > 1 {
		attributes = append(attributes, ` colspan="`+strconv.Itoa(min(n, maxSpan))+`"`...)
	}
	if s.rows > 1 {
		attributes = append(attributes, ` rowspan="`+strconv.Itoa(s.rows)+`"`...)
	}
	attributes = append(attributes, ` style="`+c.cellStyle(s)+`"`...)
	if c.afford(len(attributes)) {
		out = append(out, attributes...)
	}
	return append(append(append(out, '>'), s.html...), "</td>"...)
}

func (c *converter) cellStyle(s *span) string {
	var st style
	align := s.props.align
	if align == "" {
		align = "top"
	}
	st.add("vertical-align", align)
	st.points("width", max(s.props.right-s.left, 0))
	if bg, ok := c.colors.behind(s.props.background); ok {
		st.add("background-color", bg.css())
	}
	switch b := s.props.borders; b {
	case 0:
	case edgeAll:
		st.add("border", "1px solid")
	default:
		st.add("border-style", "solid")
		st.add("border-width", b.width(edgeTop)+" "+b.width(edgeRight)+" "+b.width(edgeBottom)+" "+b.width(edgeLeft))
	}
	return st.String()
}

func (e edge) width(side edge) string {
	if e&side != 0 {
		return "1px"
	}
	return "0"
}

// spans joins the cells of a row that are merged, also with those above, by
// their first columns; beneath is what the next row can be merged with.
func (r *row) spans(grid []int, above map[int]*span) (list []*span, beneath map[int]*span) {
	beneath = make(map[int]*span)
	for _, s := range r.joined(grid) {
		if over := above[s.first]; s.props.above && s.last > 0 && over != nil && over.last == s.last {
			over.rows++
			over.html = append(over.html, s.html...)
			beneath[s.first] = over
			continue
		}
		if s.last > 0 {
			beneath[s.first] = s
		}
		list = append(list, s)
	}
	return list, beneath
}

// joined gives cells their columns, and to merged ones the same.
func (r *row) joined(grid []int) []*span {
	var list []*span
	left := r.props.left
	for i, ce := range r.cells {
		s := &span{left: left, rows: 1, html: ce.html}
		if i < len(r.props.cells) {
			s.props = r.props.cells[i]
			if r.props.borders {
				s.props.borders = edgeAll
			}
			s.first, s.last = column(grid, left), column(grid, s.props.right)
			left = s.props.right
		} else {
			s.left, s.props.right = 0, 0
		}
		if s.props.joined && len(list) > 0 {
			to := list[len(list)-1]
			to.html = append(to.html, s.html...)
			to.props.right, to.last = s.props.right, s.last
			continue
		}
		list = append(list, s)
	}
	return list
}

// columns are the edges of all cells, from left to right, those that are near to
// each other once.
func columns(rows []row) []int {
	var edges []int
	for i := range rows {
		edges = append(edges, rows[i].props.left)
		cells := rows[i].props.cells
		for j := range cells[:min(len(cells), len(rows[i].cells))] {
			edges = append(edges, cells[j].right)
		}
	}
	slices.Sort(edges)
	n := 0
	for _, x := range edges {
		if n == 0 || x-edges[n-1] > near {
			edges[n] = x
			n++
		}
	}
	return edges[:n]
}

// column is the number of the column that begins at an edge.
func column(grid []int, x int) int {
	return max(sort.SearchInts(grid, x+1)-1, 0)
}
