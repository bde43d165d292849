package rtf

// maxTables bounds how deep tables nest; deeper ones become part of the last.
const maxTables = 12

// table is one under construction. Its HTML is written when all rows are known:
// only then it is clear which cells span which columns.
type table struct {
	rows  []row
	cells []cell // of the row under construction
	cur   block  // the cell under construction
}

type row struct {
	cells []cell
	props rowProps
}

type cell struct{ html []byte }

// rowProps is what \trowd begins to describe.
type rowProps struct {
	left    int // edge of the first cell, in twentieths of a point
	center  bool
	borders bool // the row asks for them
	cells   []cellProps
	next    cellProps // under construction until \cellx
}

// cellProps describes a cell.
type cellProps struct {
	right      int  // edge, in twentieths of a point
	joined     bool // part of the cell to the left
	above      bool // part of the cell above
	align      string
	background int // colour number
	borders    edge
}

// edge is a set of sides of a cell.
type edge uint8

const (
	edgeTop edge = 1 << iota
	edgeRight
	edgeBottom
	edgeLeft
	edgeRow       // of a row, any
	edgeNone edge = 0
	edgeAll       = edgeTop | edgeRight | edgeBottom | edgeLeft
)

// level is how many tables the current paragraph is in.
func (c *converter) level() int {
	p := &c.st.rich.para
	switch {
	case p.level > 1 && c.lavish():
		return 1
	case p.level > 0:
		return min(p.level, maxTables)
	case p.inTable:
		return 1
	}
	return 0
}

// nestedLevel is the level of \nestcell and \nestrow.
func (c *converter) nestedLevel() int {
	if c.lavish() {
		return 1
	}
	return max(c.level(), 2)
}

// blockAt is what paragraphs inside n tables are written to.
func (c *converter) blockAt(n int) *block {
	if n == 0 {
		return &c.doc
	}
	return &c.tables[n-1].cur
}

// nest opens or closes tables until n are open.
func (c *converter) nest(n int) {
	for len(c.tables) > n {
		last := len(c.tables) - 1
		t := c.tables[last]
		c.tables = c.tables[:last]
		t.endRow(&c.rows[last+1])
		b := c.blockAt(last)
		b.html = c.render(b.html, t)
	}
	for len(c.tables) < n {
		c.tables = append(c.tables, new(table))
	}
}

// endCell is told of \cell and \nestcell.
func (c *converter) endCell(level int) {
	if c.st.dest != destBody {
		return
	}
	c.plain = append(c.plain, '\t')
	if c.st.rich.inline {
		return
	}
	c.nest(level)
	t := c.tables[level-1]
	if !c.par.empty() {
		c.putParagraph(&t.cur)
	}
	t.endCell()
}

func (t *table) endCell() {
	t.cells = append(t.cells, cell{t.cur.html})
	t.cur = block{}
}

// endRow is told of \row and \nestrow.
func (c *converter) endRow(level int) {
	if c.st.dest != destBody || c.st.rich.inline {
		return
	}
	if n := len(c.plain); n > 0 && c.plain[n-1] == '\t' {
		c.plain = c.plain[:n-1]
	}
	c.newLine()
	if !c.par.empty() {
		c.endParagraph()
	}
	if len(c.tables) >= level {
		c.nest(level)
		c.tables[level-1].endRow(&c.rows[level])
	}
}

// endRow makes a row of the cells there are, and a cell of what no \cell ended.
func (t *table) endRow(p *rowProps) {
	if len(t.cur.html) > 0 {
		t.endCell()
	}
	if len(t.cells) > 0 {
		t.rows = append(t.rows, row{cells: t.cells, props: *p})
		t.cells = nil
	}
}

// props is the row that table words describe.
func (c *converter) props() *rowProps {
	if c.st.rich.nested {
		return &c.rows[c.nestedLevel()]
	}
	return &c.rows[1]
}

// cellEdge ends the description of a cell by its right edge.
func (c *converter) cellEdge(right int) {
	p := c.props()
	p.next.right = min(max(right, -maxLength), maxLength)
	p.cells = append(p.cells, p.next)
	p.next = cellProps{}
	c.edge = edgeNone
}

// border is told whether the border being described is visible.
func (c *converter) border(visible bool) {
	switch {
	case !visible:
	case c.edge == edgeRow:
		c.props().borders = true
	default:
		c.props().next.borders |= c.edge
	}
}
