package ical

import (
	"slices"
	"strconv"
)

// Merger puts the calendars of many items into one, as a file has it: item by
// item, so that only the time zones and the identities are kept. The zero value is
// ready.
type Merger struct {
	zones []mergedZone
	taken map[string]bool // identities of components
}

// mergedZone is a time zone with the name that it had.
type mergedZone struct {
	*Zone
	was string
}

// Add appends what an item is, less its time zones, which [Merger.Begin] has. A
// time zone whose name already stands for other rules gets another name, and so
// does an item whose UID another one has: a reader would take the second for a
// new version of the first. renamed tells that the UID was changed.
func (m *Merger) Add(b []byte, c *Calendar) (out []byte, renamed bool) {
	list := c.components()
	zones, _ := c.zones()
	names := map[string]string{}
	for _, z := range zones {
		names[z.Name] = m.zone(z)
	}
	for i := range list {
		list[i].renameZones(names)
	}
	renamed = m.distinguish(list)
	for i := range list {
		b = list[i].Append(b)
	}
	return b, renamed
}

// Begin is the start of the calendar with a name for people and the time zones of
// all that was added.
func (m *Merger) Begin(name string) []byte {
	b := []byte("BEGIN:VCALENDAR\r\n")
	// X-WR-CALNAME is what programs read, NAME what RFC 7986 5.1 has made of it.
	for _, p := range []Property{{Name: "VERSION", Value: "2.0"}, {Name: "PRODID", Value: productID}, Text("NAME", name), Text("X-WR-CALNAME", name)} {
		b = p.append(b)
	}
	for _, z := range m.zones {
		c := z.Component()
		b = c.Append(b)
	}
	return b
}

// End is the end of the calendar.
func (m *Merger) End() []byte { return []byte("END:VCALENDAR\r\n") }

// zone is the name that a time zone has in the calendar.
func (m *Merger) zone(z *Zone) string {
	name := z.Name
	for n := 2; ; n++ {
		i := slices.IndexFunc(m.zones, func(have mergedZone) bool { return have.Name == name })
		if i < 0 {
			m.zones = append(m.zones, mergedZone{&Zone{Name: name, Rules: z.Rules}, z.Name})
			return name
		}
		if m.zones[i].was == z.Name && m.zones[i].equal(z) {
			return name
		}
		name = z.Name + " (" + strconv.Itoa(n) + ")"
	}
}

// renameZones changes the names of time zones wherever a time refers to them.
func (c *Component) renameZones(names map[string]string) {
	for i := range c.Properties {
		p := &c.Properties[i]
		for k := range p.Params {
			if name, ok := names[zoneOf(p.Params[k])]; ok && name != zoneOf(p.Params[k]) {
				p.Params = slices.Clone(p.Params)
				p.Params[k] = Param{"TZID", []string{name}}
			}
		}
	}
	for i := range c.Components {
		c.Components[i].renameZones(names)
	}
}

// zoneOf is the time zone that a parameter names, "" if it names none.
func zoneOf(p Param) string {
	if p.Name != "TZID" || len(p.Values) != 1 {
		return ""
	}
	return p.Values[0]
}

// distinguish gives the components of an item a UID of their own if need be.
func (m *Merger) distinguish(list []Component) (renamed bool) {
	if m.taken == nil {
		m.taken = map[string]bool{}
	}
	suffix := ""
	for n := 2; m.anyTaken(list, suffix); n++ {
		suffix = "-" + strconv.Itoa(n)
	}
	for i := range list {
		m.taken[list[i].instance(suffix)] = true
		if suffix != "" {
			list[i].setUID(suffix)
		}
	}
	return suffix != ""
}

func (m *Merger) anyTaken(list []Component, suffix string) bool {
	for i := range list {
		if m.taken[list[i].instance(suffix)] {
			return true
		}
	}
	return false
}

// instance is what a reader takes for one thing: UID and RECURRENCE-ID (RFC 5545
// 3.8.4.4).
func (c *Component) instance(suffix string) string {
	uid, id := "", ""
	for _, p := range c.Properties {
		switch p.Name {
		case "UID":
			uid = p.Value
		case "RECURRENCE-ID":
			id = p.Value
		}
	}
	return uid + suffix + "\n" + id
}

func (c *Component) setUID(suffix string) {
	for i := range c.Properties {
		if c.Properties[i].Name == "UID" {
			c.Properties[i].Value += suffix
		}
	}
}
