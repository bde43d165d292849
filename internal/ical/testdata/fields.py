"""Reads a calendar with a value in every field and says which are not what was written."""
import sys

import icalendar

WANT = {
    "UID": "uid;1", "SUMMARY": "S, " + "lang " * 30, "DESCRIPTION": "1\n2", "COMMENT": "c", "CLASS": "PRIVATE", "SEQUENCE": 2,
    "URL": "https://example.org/?a,b;c", "ORGANIZER": "mailto:j@example.org", "ATTENDEE": "mailto:a@example.org",
    "X-PST2IMAP-ATTENDEE": "Nobody", "X-OWNER": "o",
}
PERSON = {
    "CN": "Müller, Jörg", "CUTYPE": "INDIVIDUAL", "ROLE": "CHAIR", "PARTSTAT": "ACCEPTED", "RSVP": "TRUE", "SENT-BY": "mailto:s@example.org",
}


def main():
    with open(sys.argv[1], "rb") as f:
        calendar = icalendar.Calendar.from_ical(f.read())
    if calendar["METHOD"] != "REQUEST" or calendar["VERSION"] != "2.0":
        print("the calendar has another method or version")
    items = [c for c in calendar.subcomponents if c.name != "VTIMEZONE"]
    for c in calendar.walk():
        if c.errors:
            print("%s: %s" % (c.name, c.errors))
    for c in items:
        for name, want in WANT.items():
            if c.get(name) != want:
                print("%s: %s is %r, want %r" % (c.name, name, c.get(name), want))
        if dict(c["ORGANIZER"].params) != PERSON:
            print("%s: %r" % (c.name, c["ORGANIZER"].params))
        if [str(x) for x in c["CATEGORIES"].cats] != ["Rot; hell", "B"]:
            print("%s: %r" % (c.name, c["CATEGORIES"].cats))
    event, todo, _ = items
    alarms = event.walk("VALARM")
    if len(alarms) != 2 or alarms[0]["TRIGGER"].dt.total_seconds() != -900 or alarms[1]["TRIGGER"].dt.hour != 12:
        print("alarms: %r" % alarms)
    if event["DTSTART"].dt.isoformat() != "2024-03-01T13:00:00+01:00" or event["LOCATION"] != "L; M":
        print("the event is at %s" % event["DTSTART"].dt)
    if todo["DUE"].dt.isoformat() != "2024-03-02" or todo["PERCENT-COMPLETE"] != 100:
        print("the task is due on %s" % todo["DUE"].dt)
    print("%d components" % len(items))


main()
