package rtf

// action does what a control word says.
type action func(c *converter, arg int, has bool)

// words are the control words that the converter knows; others mean nothing
// unless \* precedes them.
var words map[string]action

// The words lead to functions that look words up.
func init() {
	words = make(map[string]action)
	charWords()
	paraWords()
	tableWords()
	structureWords()
	for name, text := range characters {
		words[name] = func(c *converter, _ int, _ bool) { c.text([]byte(text)) }
	}
}

// characters are the words that stand for one.
var characters = map[string]string{
	"tab": "\t", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "endash": "–", "emdash": "—",
	"emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005", "zwj": "\u200d", "zwnj": "\u200c",
	"ltrmark": "\u200e", "rtlmark": "\u200f", "zwbo": "\u200b", "zwnbo": "\u2060",
}

// toggle makes the action of a word that 0 turns off.
func toggle(set func(f *charFormat, on bool)) action {
	return func(c *converter, arg int, has bool) { set(&c.st.rich.char, !has || arg != 0) }
}

func charWords() {
	underline := toggle(func(f *charFormat, on bool) { f.underline = on })
	for _, name := range []string{
		"ul", "uld", "uldb", "ulw", "uldash", "uldashd", "uldashdd", "ulth", "ulthd", "ulthdash", "ulthdashd", "ulthdashdd",
		"ulhair", "ulhwave", "ullaverwave", "ulldash", "ulthldash", "ululdbwave", "ulwave",
	} {
		words[name] = underline
	}
	words["ulnone"] = func(c *converter, _ int, _ bool) { c.st.rich.char.underline = false }
	words["b"] = toggle(func(f *charFormat, on bool) { f.bold = on })
	words["i"] = toggle(func(f *charFormat, on bool) { f.italic = on })
	words["strike"] = toggle(func(f *charFormat, on bool) { f.strike = on })
	words["striked"] = words["strike"]
	words["caps"] = toggle(func(f *charFormat, on bool) { f.caps = on })
	words["scaps"] = toggle(func(f *charFormat, on bool) { f.smallCaps = on })
	words["v"] = toggle(func(f *charFormat, on bool) { f.hidden = on })
	words["deleted"] = toggle(func(f *charFormat, on bool) { f.deleted = on })
	words["super"] = script(1)
	words["sub"] = script(-1)
	words["nosupersub"] = script(0)
	words["up"] = raised(1)
	words["dn"] = raised(-1)
	words["plain"] = func(c *converter, _ int, _ bool) {
		link := c.st.rich.char.link
		c.st.rich.char = plainState.char
		c.st.rich.char.link = link
	}
	words["fs"] = func(c *converter, n int, has bool) {
		if c.st.rich.char.size = defaultSize; has && n > 0 {
			c.st.rich.char.size = min(n, 3276)
		}
	}
	words["cf"] = func(c *converter, n int, _ bool) { c.st.rich.char.fg = n }
	for _, name := range []string{"cb", "chcbpat", "highlight"} {
		words[name] = func(c *converter, n int, _ bool) { c.st.rich.char.bg = n }
	}
}

func script(to int8) action {
	return func(c *converter, arg int, has bool) {
		if c.st.rich.char.script = to; has && arg == 0 {
			c.st.rich.char.script = 0
		}
	}
}

// raised is for \up and \dn, whose number is how far.
func raised(to int8) action {
	return func(c *converter, arg int, has bool) {
		if c.st.rich.char.script = to; has && arg <= 0 {
			c.st.rich.char.script = 0
		}
	}
}

func paraWords() {
	length := func(set func(p *paraFormat, n int)) action {
		return func(c *converter, n int, _ bool) { set(&c.st.rich.para, n) }
	}
	words["pard"] = length(func(p *paraFormat, _ int) { *p = paraFormat{} })
	words["li"] = length(func(p *paraFormat, n int) { p.left = n })
	words["ri"] = length(func(p *paraFormat, n int) { p.right = n })
	words["fi"] = length(func(p *paraFormat, n int) { p.first = n })
	words["sb"] = length(func(p *paraFormat, n int) { p.above = n })
	words["sa"] = length(func(p *paraFormat, n int) { p.beneath = n })
	words["itap"] = length(func(p *paraFormat, n int) { p.level = n })
	words["intbl"] = length(func(p *paraFormat, _ int) { p.inTable = true })
	words["rtlpar"] = length(func(p *paraFormat, _ int) { p.rtl = true })
	words["ltrpar"] = length(func(p *paraFormat, _ int) { p.rtl = false })
	words["ql"] = length(func(p *paraFormat, _ int) { p.align = 0 })
	for _, align := range []byte{'c', 'r', 'j'} {
		words["q"+string(align)] = length(func(p *paraFormat, _ int) { p.align = align })
	}
	par := func(c *converter, _ int, _ bool) { c.paragraphEnd() }
	words["par"], words["sect"] = par, par
	line := func(c *converter, _ int, _ bool) { c.lineBreak() }
	words["line"], words["lbr"], words["softline"] = line, line, line
	words["page"] = func(c *converter, _ int, _ bool) { c.pageBreak() }
	words["column"] = words["page"]
}

func tableWords() {
	words["trowd"] = func(c *converter, _ int, _ bool) { *c.props() = rowProps{} }
	words["trleft"] = func(c *converter, n int, _ bool) { c.props().left = min(max(n, -maxLength), maxLength) }
	words["trqc"] = func(c *converter, _ int, _ bool) { c.props().center = true }
	words["cellx"] = func(c *converter, n int, _ bool) { c.cellEdge(n) }
	words["cell"] = func(c *converter, _ int, _ bool) { c.endCell(1) }
	words["nestcell"] = func(c *converter, _ int, _ bool) { c.endCell(c.nestedLevel()) }
	words["row"] = func(c *converter, _ int, _ bool) { c.endRow(1) }
	words["nestrow"] = func(c *converter, _ int, _ bool) { c.endRow(c.nestedLevel()) }
	words["nesttableprops"] = func(c *converter, _ int, _ bool) { c.st.rich.nested = true }
	cell := func(set func(p *cellProps, n int)) action {
		return func(c *converter, n int, _ bool) { set(&c.props().next, n) }
	}
	words["clmrg"] = cell(func(p *cellProps, _ int) { p.joined = true })
	words["clvmrg"] = cell(func(p *cellProps, _ int) { p.above = true })
	words["clcbpat"] = cell(func(p *cellProps, n int) { p.background = n })
	words["clvertalc"] = cell(func(p *cellProps, _ int) { p.align = "middle" })
	words["clvertalb"] = cell(func(p *cellProps, _ int) { p.align = "bottom" })
	for name, e := range map[string]edge{
		"clbrdrt": edgeTop, "clbrdrr": edgeRight, "clbrdrb": edgeBottom, "clbrdrl": edgeLeft,
		"trbrdrt": edgeRow, "trbrdrr": edgeRow, "trbrdrb": edgeRow, "trbrdrl": edgeRow, "trbrdrh": edgeRow, "trbrdrv": edgeRow,
		"brdrt": edgeNone, "brdrr": edgeNone, "brdrb": edgeNone, "brdrl": edgeNone, "box": edgeNone, "brdrbtw": edgeNone,
		"chbrdr": edgeNone, "cldglu": edgeNone, "cldgll": edgeNone,
	} {
		words[name] = func(c *converter, _ int, _ bool) { c.edge = e }
	}
	for _, name := range []string{
		"brdrs", "brdrth", "brdrdb", "brdrdot", "brdrdash", "brdrhair", "brdrdashsm", "brdrdashd", "brdrdashdd", "brdrinset",
		"brdroutset", "brdrtriple", "brdrwavy", "brdrwavydb", "brdremboss", "brdrengrave", "brdrsh",
	} {
		words[name] = func(c *converter, _ int, _ bool) { c.border(true) }
	}
}
