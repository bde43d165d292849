"""Expands the series of calendars and compares the instances with a list.

Argument: a JSON list of {calendar, uid, iana, allday, ends, instances}. Prints a
line for each difference, and at the end how many series were compared.
"""
import datetime
import io
import json
import sys
import zoneinfo

import icalendar
from dateutil import rrule, tz

MOST = 21


def wall(value):
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    return datetime.datetime.combine(value, datetime.time())


def zones(path):
    """The time zones of a file as dateutil reads them."""
    with open(path, encoding="utf-8", newline="") as f:
        text = f.read()
    if "BEGIN:VTIMEZONE" not in text:
        return {}
    found = tz.tzical(io.StringIO(text.replace("\r\n", "\n")))
    return {name: found.get(name) for name in found.keys()}


def bad_lines(raw):
    for line in raw.split(b"\r\n"):
        if len(line) > 75 or b"\n" in line or b"\r" in line:
            yield line
        line.decode("utf-8")  # folding leaves characters whole


def starts(component, zone):
    """What dateutil makes of DTSTART, RRULE and EXDATE, as aware times if there is a zone."""
    def aware(prop):
        value = prop.dt
        if prop.params.get("TZID"):
            return wall(value).replace(tzinfo=zone)
        if isinstance(value, datetime.datetime) and value.tzinfo:
            return wall(value).replace(tzinfo=tz.UTC)
        return wall(value)

    found = rrule.rruleset()
    start = aware(component["DTSTART"])
    text = component["RRULE"].to_ical().decode()
    found.rrule(rrule.rrulestr(text, dtstart=start))
    dates = component.get("EXDATE", [])
    for dates in dates if isinstance(dates, list) else [dates]:
        for value in dates.dts:
            value.params = dates.params
            found.exdate(aware(value))
    return found


def expand(components, zone):
    """The instances as (original, start, end, summary, location), wall clocks."""
    master = [c for c in components if "RECURRENCE-ID" not in c]
    if len(master) != 1:
        raise ValueError("%d masters" % len(master))
    master = master[0]
    changed = {wall(c["RECURRENCE-ID"].dt): c for c in components if "RECURRENCE-ID" in c}
    start, end = wall(master["DTSTART"].dt), wall(master["DTEND"].dt) if "DTEND" in master else None
    length = end - start if end else datetime.timedelta()
    for n, when in enumerate(starts(master, zone)):
        if n == MOST:
            return
        c = changed.pop(wall(when), None)
        if c is None:
            yield when, wall(when), wall(when), wall(when) + length, str(master["SUMMARY"]), str(master["LOCATION"])
            continue
        begin = wall(c["DTSTART"].dt)
        yield when, wall(when), begin, wall(c["DTEND"].dt) if "DTEND" in c else begin, str(c["SUMMARY"]), str(c["LOCATION"])
    if changed:
        raise ValueError("exceptions without an instance: %s" % list(changed))


def compare(want, components, zone):
    got = list(expand(components, zone))
    n = len(want["instances"])
    if want["ends"] and len(got) != n or len(got) < n:
        return "%d instances, want %d%s" % (len(got), n, "" if want["ends"] else " or more")
    iana = zoneinfo.ZoneInfo(want["iana"]) if want["iana"] else None
    for g, w in zip(got, want["instances"]):
        have = tuple(x.strftime("%Y-%m-%dT%H:%M:%S") for x in g[1:4]) + g[4:]
        if have != (w["original"], w["start"], w["end"], w["summary"], w["location"]):
            return "%s, want %s" % (have, w)
        if iana and g[1].year > 1996 and g[0].utcoffset() != g[1].replace(tzinfo=iana).utcoffset():
            # The clock leaves this time out, and the two go on from it differently.
            if tz.datetime_exists(g[1], iana):
                return "%s is %s from UTC" % (g[0], g[0].utcoffset())
    return None


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        wanted = json.load(f)
    files, count = {}, 0
    for want in wanted:
        path = want["calendar"]
        if path not in files:
            with open(path, "rb") as f:
                raw = f.read()
            for line in bad_lines(raw):
                print("%s: %r" % (path, line))
            events = {}
            for c in icalendar.Calendar.from_ical(raw).walk():
                if c.errors:
                    print("%s: %s" % (path, c.errors))
                if c.name == "VEVENT":
                    events.setdefault(str(c["UID"]), []).append(c)
            found = zones(path)
            files[path] = events, next(iter(found.values()), None)
        events, zone = files[path]
        components = events.get(want["uid"], [])
        try:
            wrong = compare(want, components, zone)
        except (ValueError, KeyError, AttributeError, TypeError) as e:
            wrong = repr(e)
        if wrong:
            rule = components[0].get("RRULE").to_ical().decode() if components else ""
            print("%s: %s: %s: %s" % (want["uid"], components[0]["DTSTART"].to_ical() if components else "", rule, wrong))
        count += 1
    print("%d series" % count)


main()
