"""Compares VTIMEZONEs with the system's time zones.

Argument: a JSON list of {file, name, iana, years}. Prints a line for each zone that
differs, and at the end how many were compared.
"""
import datetime
import io
import json
import sys
import zoneinfo

import icalendar
from dateutil import tz

UTC = datetime.timezone.utc
HOUR = datetime.timedelta(hours=1)


def instants(zone, years):
    """Every 20 days, and around each change of the offset, in UTC."""
    for year in years:
        at = datetime.datetime(year, 1, 2, 0, 30, tzinfo=UTC)
        end = datetime.datetime(year, 12, 30, tzinfo=UTC)  # the next year may be one that is left out
        while at < end:
            yield at
            step = min(at + 480 * HOUR, end)
            lo, hi = at, step
            if lo.astimezone(zone).utcoffset() != hi.astimezone(zone).utcoffset():
                while hi - lo > datetime.timedelta(minutes=1):
                    mid = lo + (hi - lo) // 2
                    if mid.astimezone(zone).utcoffset() == at.astimezone(zone).utcoffset():
                        lo = mid
                    else:
                        hi = mid
                yield from (lo - 3 * HOUR, lo - datetime.timedelta(minutes=1), hi + datetime.timedelta(minutes=1), hi + 3 * HOUR)
            at = step


def by_dateutil(text):
    found = tz.tzical(io.StringIO(text.replace("\r\n", "\n")))
    return found.get(found.keys()[0] if isinstance(found.keys(), list) else next(iter(found.keys())))


def differs(case):
    with open(case["file"], "rb") as f:
        raw = f.read()
    calendar = icalendar.Calendar.from_ical(raw)
    if [c.errors for c in calendar.walk() if c.errors]:
        return "icalendar: %s" % [c.errors for c in calendar.walk()]
    system = zoneinfo.ZoneInfo(case["iana"])
    zones = {"icalendar": calendar.walk("VTIMEZONE")[0].to_tz(), "dateutil": by_dateutil(raw.decode())}
    for at in instants(system, case["years"]):
        want = at.astimezone(system).utcoffset()
        if at.astimezone(zones["icalendar"]).utcoffset() != want:
            return "icalendar: %s is %s, want %s" % (at, at.astimezone(zones["icalendar"]).utcoffset(), want)
        # dateutil takes a wall clock exactly, an instant only while standard time stays the same.
        wall = at.astimezone(system).replace(tzinfo=None)
        if tz.datetime_ambiguous(wall, system):
            continue
        got = wall.replace(tzinfo=zones["dateutil"]).utcoffset()
        if got != want:
            return "dateutil: %s is %s, want %s" % (wall, got, want)
    return None


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        cases = json.load(f)
    for case in cases:
        wrong = differs(case)
        if wrong:
            print("%s: %s" % (case["name"], wrong))
    print("%d zones" % len(cases))


main()
