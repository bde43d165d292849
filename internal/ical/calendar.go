package ical

import "time"

// Calendar is a VCALENDAR (RFC 5545 3.4).
type Calendar struct {
	// Method is for mail between calendars (RFC 5546): REQUEST, REPLY and so on. A file has none.
	Method   string
	Events   []Event
	Todos    []Todo
	Journals []Journal
}

const productID = "-//pst2imap//EN"

// Append appends the calendar with the time zones that it uses, in their order.
// Of different zones with one name the first counts: see [Calendar.ZonesDiffer].
func (c *Calendar) Append(b []byte) []byte {
	v := Component{Name: "VCALENDAR", Properties: []Property{
		{Name: "VERSION", Value: "2.0"}, {Name: "PRODID", Value: productID},
	}}
	if c.Method != "" {
		v.Properties = append(v.Properties, Text("METHOD", c.Method))
	}
	zones, _ := c.zones()
	for _, z := range zones {
		v.Components = append(v.Components, z.Component())
	}
	v.Components = append(v.Components, c.components()...)
	return v.Append(b)
}

// Empty tells whether there is nothing in the calendar.
func (c *Calendar) Empty() bool { return len(c.Events)+len(c.Todos)+len(c.Journals) == 0 }

// components are all but the time zones.
func (c *Calendar) components() []Component {
	var out []Component
	for i := range c.Events {
		out = append(out, c.Events[i].Component())
	}
	for i := range c.Todos {
		out = append(out, c.Todos[i].Component())
	}
	for i := range c.Journals {
		out = append(out, c.Journals[i].Component())
	}
	return out
}

// ZonesDiffer tells whether a name stands for time zones with different rules, of
// which a calendar can have one: then some times would be wrong, and the events
// belong into calendars of their own or need zones with other names.
func (c *Calendar) ZonesDiffer() bool {
	_, differ := c.zones()
	return differ
}

func (c *Calendar) zones() (zones []*Zone, differ bool) {
	byName := map[string]*Zone{}
	c.eachTime(func(t Time) {
		if t.AllDay || t.UTC || t.Zone == nil || t.IsZero() {
			return
		}
		if have, ok := byName[t.Zone.Name]; ok {
			differ = differ || !have.equal(t.Zone)
			return
		}
		byName[t.Zone.Name] = t.Zone
		zones = append(zones, t.Zone)
	})
	return zones, differ
}

func (c *Calendar) eachTime(f func(Time)) {
	for i := range c.Events {
		e := &c.Events[i]
		f(e.Start)
		f(e.End)
		f(e.RecurrenceID)
	}
	for i := range c.Todos {
		f(c.Todos[i].Start)
		f(c.Todos[i].Due)
	}
	for i := range c.Journals {
		f(c.Journals[i].Start)
	}
}

func (z *Zone) equal(other *Zone) bool {
	if z == other {
		return true
	}
	if len(z.Rules) != len(other.Rules) {
		return false
	}
	for i := range z.Rules {
		if z.Rules[i] != other.Rules[i] {
			return false
		}
	}
	return true
}

// Common is what events, tasks and journal entries share. Empty fields and zero
// times are left out; UID and DTSTAMP are always written, because they must be
// there (RFC 5545 3.6.1).
type Common struct {
	UID         string
	Stamp       time.Time // an instant; the zero time is 1970 (M42)
	Created     time.Time // an instant
	Modified    time.Time // an instant
	Summary     string
	Description string
	Comment     string
	Class       string // PUBLIC, PRIVATE, CONFIDENTIAL
	Status      string
	URL         string
	Categories  []string
	Organizer   *Person
	Attendees   []Person
	// Sequence is written if it is not negative.
	Sequence int
	// Recurrence is what [Recurrence.Properties] gives.
	Recurrence []Property
	// Extra is written as it is, after all else.
	Extra []Property
}

// Event is a VEVENT (RFC 5545 3.6.1).
type Event struct {
	Common
	Start, End, RecurrenceID Time
	Location                 string
	Transparency             string // OPAQUE, TRANSPARENT
	Priority                 int    // 1 to 9; 0 is none
	Alarms                   []Alarm
}

// Todo is a VTODO (RFC 5545 3.6.2).
type Todo struct {
	Common
	Start, Due Time
	Completed  time.Time // an instant
	// Percent is written if it is not negative.
	Percent  int
	Priority int // 1 to 9; 0 is none
	Alarms   []Alarm
}

// Journal is a VJOURNAL (RFC 5545 3.6.3).
type Journal struct {
	Common
	Start Time
}

// Person is an organizer or attendee (RFC 5545 3.8.4.1, 3.8.4.3).
type Person struct {
	Name, Email string
	UserType    string // CUTYPE
	Role        string
	Status      string // PARTSTAT
	RSVP        bool
	SentBy      string // an address
}

// Alarm is a VALARM that shows a text (RFC 5545 3.6.6).
type Alarm struct {
	// Minutes from the start of the event; before it they are negative.
	Minutes int
	// At is an instant that counts instead, if it is not zero.
	At          time.Time
	Description string
}
