package ical

import (
	"strconv"
	"time"
)

// properties collects those that have a value.
type properties []Property

func (p *properties) add(list ...Property) { *p = append(*p, list...) }

func (p *properties) text(name, value string) {
	if value != "" {
		p.add(Text(name, value))
	}
}

func (p *properties) time(name string, t Time) {
	if !t.IsZero() {
		p.add(t.Property(name))
	}
}

func (p *properties) instant(name string, t time.Time) { p.time(name, UTCTime(t)) }

func (p *properties) number(name string, n, least int) {
	if n >= least {
		p.add(Property{Name: name, Value: strconv.Itoa(n)})
	}
}

// Component is the event as it is written. An end that is not after the start is
// left out (M42).
func (e *Event) Component() Component {
	var p properties
	e.identity(&p)
	p.time("RECURRENCE-ID", e.RecurrenceID)
	p.time("DTSTART", e.Start)
	if e.End.after(e.Start) {
		p.time("DTEND", e.End)
	}
	e.describe(&p)
	p.text("LOCATION", e.Location)
	p.text("TRANSP", e.Transparency)
	p.number("PRIORITY", e.Priority, 1)
	e.finish(&p)
	return Component{"VEVENT", p, alarms(e.Alarms, e.Summary)}
}

// after compares as the times are written. An end that is the start is left out
// like one before it: RFC 5545 3.6.1 wants the end to be later, and reads an event
// without one as a day long or as a moment.
func (t Time) after(start Time) bool {
	if t.AllDay && start.AllDay {
		return t.value() > start.value()
	}
	if t.UTC != start.UTC || t.Zone != start.Zone {
		return t.instant().After(start.instant())
	}
	return t.Wall.After(start.Wall)
}

// instant takes a floating time for one in UTC.
func (t Time) instant() time.Time {
	if t.UTC || t.Zone == nil || t.IsZero() {
		return t.Wall
	}
	return t.Zone.Instant(t.Wall)
}

// Component is the task as it is written.
func (t *Todo) Component() Component {
	var p properties
	t.identity(&p)
	p.time("DTSTART", t.Start)
	if t.Start.IsZero() || !t.Due.Wall.Before(t.Start.Wall) {
		p.time("DUE", t.Due)
	}
	p.instant("COMPLETED", t.Completed)
	p.number("PERCENT-COMPLETE", t.Percent, 0)
	t.describe(&p)
	p.number("PRIORITY", t.Priority, 1)
	t.finish(&p)
	return Component{"VTODO", p, alarms(t.Alarms, t.Summary)}
}

// Component is the entry as it is written.
func (j *Journal) Component() Component {
	var p properties
	j.identity(&p)
	p.time("DTSTART", j.Start)
	j.describe(&p)
	j.finish(&p)
	return Component{"VJOURNAL", p, nil}
}

func (c *Common) identity(p *properties) {
	p.add(Text("UID", c.UID))
	stamp := UTCTime(c.Stamp)
	if stamp.IsZero() {
		stamp = UTCTime(time.Unix(0, 0))
	}
	p.time("DTSTAMP", stamp)
	p.instant("CREATED", c.Created)
	p.instant("LAST-MODIFIED", c.Modified)
	p.number("SEQUENCE", c.Sequence, 0)
}

func (c *Common) describe(p *properties) {
	p.text("SUMMARY", c.Summary)
	p.text("DESCRIPTION", c.Description)
	p.text("COMMENT", c.Comment)
}

func (c *Common) finish(p *properties) {
	p.text("CLASS", c.Class)
	p.text("STATUS", c.Status)
	if c.URL != "" {
		p.add(Property{Name: "URL", Value: c.URL})
	}
	if len(c.Categories) > 0 {
		p.add(TextList("CATEGORIES", c.Categories))
	}
	if c.Organizer != nil {
		p.add(c.Organizer.property("ORGANIZER"))
	}
	for i := range c.Attendees {
		p.add(c.Attendees[i].property("ATTENDEE"))
	}
	p.add(c.Recurrence...)
	p.add(c.Extra...)
}

// property is a person as an address. One without an address has no property of
// the standard's (M44).
func (a *Person) property(name string) Property {
	if a.Email == "" {
		return Text("X-PST2IMAP-"+name, a.Name)
	}
	p := Property{Name: name, Value: "mailto:" + a.Email}
	rsvp := ""
	if a.RSVP {
		rsvp = "TRUE"
	}
	sentBy := ""
	if a.SentBy != "" {
		sentBy = "mailto:" + a.SentBy
	}
	for _, param := range [...]struct{ name, value string }{
		{"CN", a.Name}, {"CUTYPE", a.UserType}, {"ROLE", a.Role}, {"PARTSTAT", a.Status}, {"RSVP", rsvp}, {"SENT-BY", sentBy},
	} {
		if param.value != "" {
			p.Params = append(p.Params, Param{param.name, []string{param.value}})
		}
	}
	return p
}

// alarms are never without a text, which RFC 5545 3.6.6 wants.
func alarms(list []Alarm, summary string) []Component {
	var out []Component
	for _, a := range list {
		if a.Description == "" {
			a.Description = summary
		}
		if a.Description == "" {
			a.Description = "Reminder"
		}
		trigger := Property{Name: "TRIGGER", Value: duration(a.Minutes)}
		if at := UTCTime(a.At); !at.IsZero() {
			trigger = at.Property("TRIGGER")
			trigger.Params = []Param{{"VALUE", []string{"DATE-TIME"}}}
		}
		out = append(out, Component{Name: "VALARM", Properties: []Property{
			{Name: "ACTION", Value: "DISPLAY"}, Text("DESCRIPTION", a.Description), trigger,
		}})
	}
	return out
}
