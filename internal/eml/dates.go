package eml

import (
	"strconv"
	"strings"
	"time"
)

// formatDate is the date of RFC 5322 3.3 in UTC.
func formatDate(t time.Time) string {
	return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700")
}

// mailTime tells whether a time can be that of mail (P4) and cuts its fraction
// of a second.
func mailTime(t time.Time, ok bool) (time.Time, bool) {
	if !ok || t.Unix() < 0 || t.Year() > 9999 {
		return time.Time{}, false
	}
	return time.Unix(t.Unix(), 0).UTC(), true
}

var months = map[string]time.Month{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
	"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}

// zones are the names of RFC 5322 4.3, in hours from UTC. Unknown names count as
// UTC, as it says.
var zones = map[string]int{"edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8}

// parseDate reads the date of a header field leniently: fields in any order
// that is in use, comments anywhere, names of zones, years of two digits. The
// standard library's parser is not used because it asks the local time zone
// what a zone's name means. ok is false for what is no date or earlier than 1970.
func parseDate(s string) (time.Time, bool) {
	d := date{day: -1, year: -1, hour: -1}
	for _, w := range strings.FieldsFunc(dropComments(s), func(r rune) bool { return r == ' ' || r == ',' || r == '\t' }) {
		if !d.take(w) {
			return time.Time{}, false
		}
	}
	if d.day < 1 || d.month == 0 || d.year < 0 || d.hour < 0 {
		return time.Time{}, false
	}
	t := time.Date(d.year, d.month, d.day, d.hour, d.min, d.sec, 0, time.UTC)
	if t.Day() != d.day {
		return time.Time{}, false // 31 Feb
	}
	return mailTime(t.Add(-time.Duration(d.offset)*time.Minute), true)
}

// date is a date while its words are read; offset is in minutes east of UTC.
type date struct {
	year, day, hour, min, sec, offset int
	month                             time.Month
	zone                              bool
}

func (d *date) take(w string) bool {
	switch {
	case strings.Contains(w, ":"):
		return d.clock(w)
	case (w[0] == '+' || w[0] == '-') && len(w) == 5 && d.hour >= 0:
		return d.numericZone(w)
	case w[0] >= '0' && w[0] <= '9':
		return d.number(w)
	}
	name := strings.ToLower(w)
	if m, ok := months[name[:min(3, len(name))]]; ok && d.month == 0 {
		d.month = m
	} else if h, ok := zones[name]; ok && !d.zone {
		d.offset, d.zone = h*60, true
	}
	return true // the day of the week, other names of UTC, and what nobody can interpret
}

func (d *date) clock(w string) bool {
	parts := strings.Split(w, ":")
	if len(parts) < 2 || len(parts) > 3 || d.hour >= 0 {
		return false
	}
	var n [3]int
	for i, p := range parts {
		p, _, _ = strings.Cut(p, ".") // QUIRK: fractions of a second
		v, err := strconv.ParseUint(p, 10, 8)
		if err != nil {
			return false
		}
		n[i] = int(v)
	}
	d.hour, d.min, d.sec = n[0], n[1], min(n[2], 59) // leap second
	return n[0] < 24 && n[1] < 60 && n[2] <= 60
}

func (d *date) numericZone(w string) bool {
	v, err := strconv.ParseUint(w[1:], 10, 16)
	if err != nil || v%100 > 59 {
		return false
	}
	d.offset, d.zone = int(v/100*60+v%100), true
	if w[0] == '-' {
		d.offset = -d.offset
	}
	return true
}

func (d *date) number(w string) bool {
	v, err := strconv.ParseUint(w, 10, 16)
	switch {
	case err != nil:
		return false
	case d.day < 0 && len(w) <= 2:
		d.day = int(v)
	case d.year < 0 && len(w) <= 2 && v < 50: // RFC 5322 4.3
		d.year = int(v) + 2000
	case d.year < 0 && len(w) <= 3:
		d.year = int(v) + 1900
	case d.year < 0 && len(w) == 4:
		d.year = int(v)
	default:
		return false
	}
	return true
}

// dropComments removes what stands in parentheses.
func dropComments(s string) string {
	var b strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}
