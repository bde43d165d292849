package rtf

import "strings"

// structureWords are those that say what the text of a group is.
func structureWords() {
	label := func(c *converter, _ int, _ bool) { c.st.rich.label = c.st.dest == destBody }
	words["pntext"], words["listtext"] = label, label
	words["field"] = func(c *converter, _ int, _ bool) { c.beginField() }
	words["fldinst"] = func(c *converter, _ int, _ bool) { c.instruction() }
	words["fldrslt"] = func(c *converter, _ int, _ bool) { c.beginResult() }
	words["objattph"] = func(c *converter, _ int, _ bool) { c.attachment() }
	words["footnote"] = func(c *converter, _ int, _ bool) { c.footnote() }
	// {\upr{…}{\*\ud{…}}} has the same text in the code page and in Unicode.
	words["upr"] = func(c *converter, _ int, _ bool) { c.enter(destUnicode) }
	words["ud"] = func(c *converter, _ int, _ bool) {
		if c.st.dest == destUnicode {
			c.st.dest = destBody
		}
	}
	words["pict"] = func(c *converter, _ int, _ bool) { c.beginPicture() }
	for _, name := range pictureKinds {
		words[name] = func(c *converter, _ int, _ bool) {
			if c.st.dest == destPicture {
				c.pict.kind = name
			}
		}
	}
	for name, set := range pictureWords {
		words[name] = func(c *converter, n int, _ bool) {
			if c.st.dest == destPicture {
				set(&c.pict, n)
			}
		}
	}
	shapeWords()
}

// footnote puts a note in brackets where its mark is.
func (c *converter) footnote() {
	if c.st.dest == destBody && !c.st.rich.note {
		c.write([]byte(" ["))
		c.st.rich.note, c.st.rich.inline = true, true
	}
}

// shape remembers what of the drawings was written, because the same is in the
// document a second time for programs that do not know drawings.
type shape struct {
	key     []byte // name of the property
	mark    int    // how much had been written before the drawing
	blip    int    // likewise before a picture
	waiting bool   // a picture may follow in its old form
}

// written tells apart before and after.
func (c *converter) written() int { return len(c.res.Pictures) + len(c.plain) + len(c.res.Unknown) }

func shapeWords() {
	words["shp"] = func(c *converter, _ int, _ bool) { c.shape.mark = c.written() }
	words["shpinst"] = func(c *converter, _ int, _ bool) { c.enter(destShape) }
	words["sn"] = func(c *converter, _ int, _ bool) {
		if c.st.dest == destShape {
			c.st.dest, c.shape.key = destShapeKey, c.shape.key[:0]
		}
	}
	words["sv"] = func(c *converter, _ int, _ bool) {
		if c.st.dest == destShape && string(c.shape.key) == "gtextUNICODE" {
			c.st.dest, c.st.rich.inline = destBody, true
		}
	}
	words["shptxt"] = func(c *converter, _ int, _ bool) {
		if c.st.dest == destShape {
			c.st.dest, c.st.rich.inline = destBody, true
			c.par.broken = !c.par.empty()
		}
	}
	words["shprslt"] = func(c *converter, _ int, _ bool) {
		c.st.rich.inline = true
		if c.written() != c.shape.mark {
			c.st.dest = destSkip
		}
	}
	words["shppict"] = func(c *converter, _ int, _ bool) { c.shape.blip, c.shape.waiting = c.written(), true }
	words["nonshppict"] = func(c *converter, _ int, _ bool) {
		if c.shape.waiting && c.written() != c.shape.blip {
			c.st.dest = destSkip
		}
		c.shape.waiting = false
	}
}

func set(lists ...string) map[string]bool {
	m := make(map[string]bool)
	for _, list := range lists {
		for _, name := range strings.Fields(list) {
			m[name] = true
		}
	}
	return m
}

// silent are destinations that no \* precedes and whose text is not that of the
// document. What \htmltag holds is there in another form.
var silent = set(
	`stylesheet info filetbl revtbl rsidtbl listtable listoverridetable template nonesttables pntxta pntxtb`,
	`xe tc tcn rxe txe private private1 fontemb fontfile nextfile htmltag mhtmltag`,
)

// ignorable are destinations after \* whose text is not that of the document:
// settings, names, what programs keep for themselves, and text that is there in
// another form.
var ignorable = set(
	`pgptbl xmlnstbl latentstyles generator themedata colorschememapping datastore mmathPr defchp defpap wgrffmtfilter`,
	`listpicture panose falt cs ts ds tsrowd pn pnseclvl bkmkstart bkmkend mvfmf mvfml mvtof mvtol blipuid bliptag picprop`,
	`objclass objname objalias objsect objtime hl hlfr hlloc hlsrc background docvar userprops passwordhash password`,
	`formatConverter oldcprops oldpprops oldsprops oldtprops protusertbl writereservation writereservhash fchars lchars`,
	`company operator keywords wptab xform xmlattrname xmlattrvalue factoidname xmlopen xmlclose datafield ffname`,
	`ffdeftext ffentrymcr ffexitmcr ffformat ffhelptext ffl ffstattext formfield fldtype gridtbl ftnsep ftnsepc ftncn`,
	`aftnsep aftnsepc aftncn atrfstart atrfend atnref atnid atndate atntime atnparent atnicn ebcstart ebcend svb pxe`,
	`levelmarker leveltext levelnumbers listname liststylename lsdlockedexcept staticval mailmerge`,
)

// reported are destinations that no \* precedes and whose text is left out.
var reported = set(`header headerl headerr headerf footer footerl footerr footerf`)
