"""Compares calendars with what libpff reads of the items that they were made of.

Arguments: a data file, a folder of calendars, each named after its item, and a
JSON list of the identifiers of named properties in the file. Prints what differs,
without contents, and at the end the numbers of items compared, of fields, and of
series. Series are counted out from their blobs here, and expanded
from their rules by dateutil.
"""
import datetime
import glob
import io
import json
import os
import struct
import sys

import icalendar
import pypff
from dateutil import rrule, tz

UTC = datetime.timezone.utc
FOLDED = 75
MEETING = 0x10000  # added to the numbers of names in PSETID_Meeting, which are no others' tags then
MOST = 30
NEVER = 0x0CB34557A3DD4000
BUSY = ["FREE", "TENTATIVE", "BUSY", "OOF", "WORKINGELSEWHERE"]
GOID = bytes.fromhex("040000008200e00074c5b7101a82e008")


def entries(item):
    out = {}
    records = item.get_record_set(0)
    for j in range(records.get_number_of_entries()):
        e = records.get_entry(j)
        if e.entry_type is not None and e.data is not None:
            out.setdefault((e.entry_type, e.value_type), e.data)
    return out


class Item:
    """The stored properties of an item, by their tags or the numbers of their names."""

    names = {}

    def __init__(self, found):
        self.found = found

    def get(self, tag, kind):
        """libpff knows named properties by their numbers in some files and not in others."""
        by_id = self.found.get((self.names.get(tag, tag), kind))
        return by_id if by_id is not None else self.found.get((tag & 0xFFFF, kind))

    def text(self, tag):
        if self.get(tag, 0x1F) is not None:
            return self.get(tag, 0x1F).decode("utf-16-le", "replace").split("\0")[0]
        raw = (self.get(tag, 0x1E) or b"").split(b"\0")[0]
        return raw.decode("ascii") if raw.isascii() else None

    def number(self, tag, default=None):
        raw = self.get(tag, 3)
        return struct.unpack("<i", raw[:4])[0] if raw else default

    def flag(self, tag):
        return any(self.get(tag, 11) or b"")

    def data(self, tag):
        return self.get(tag, 0x102) or b""

    def time(self, tag):
        raw = self.get(tag, 0x40)
        n = struct.unpack("<Q", raw)[0] if raw else 0
        if n in (0, NEVER):
            return None
        return datetime.datetime(1601, 1, 1, tzinfo=UTC) + datetime.timedelta(seconds=n // 10**7)


def words(s):
    return "".join(c for c in s if c.isalnum())


def instant(value):
    return value.astimezone(UTC) if isinstance(value, datetime.datetime) else value


def wanted_times(item, name, tag, fallback):
    at = item.time(tag) or item.time(fallback)
    if at is None:
        return None
    return (at + datetime.timedelta(hours=12)).date() if item.flag(0x8215) else at


def wanted_uid(item):
    raw = item.data(MEETING + 0x23) or item.data(MEETING + 0x3)
    if raw.startswith(GOID) and raw[40:52] == b"vCal-Uid\1\0\0\0" and raw[52:].strip(b"\0"):
        return raw[52:].split(b"\0")[0].decode()
    if raw.startswith(GOID):
        raw = raw[:16] + bytes(4) + raw[20:]
    return raw.hex().upper() or None


def fields(item, method):
    """The fields that an event must have, None for what it must not."""
    number, flag = item.number, item.flag
    busy = number(0x8205, 2)
    if method == "REQUEST":
        busy = number(0x8224, busy)
    private = number(0x36)
    yield "UID", wanted_uid(item)
    yield "SEQUENCE", number(0x8201, 0)
    yield "LOCATION", item.text(0x8208) or None
    yield "PRIORITY", {2: 1, 1: 5, 0: 9}.get(number(0x17))
    yield "CLASS", "CONFIDENTIAL" if private == 3 else "PRIVATE" if private in (1, 2) or flag(0x8506) else "PUBLIC" if private == 0 else None
    canceled = method == "CANCEL" or number(0x8217, 0) & 4
    yield "STATUS", "CANCELLED" if canceled else "TENTATIVE" if busy == 1 else "CONFIRMED"
    yield "TRANSP", "TRANSPARENT" if busy in (0, 4) else "OPAQUE"
    yield "X-MICROSOFT-CDO-BUSYSTATUS", BUSY[busy]
    yield "X-MICROSOFT-CDO-ALLDAYEVENT", "TRUE" if flag(0x8215) else "FALSE"
    yield "X-MICROSOFT-CDO-OWNERAPPTID", number(0x62) or None
    yield "X-MICROSOFT-CDO-INSTTYPE", 1 if item.data(0x8216) and method != "REPLY" else None


def compare(item, event, method):
    """What differs, and how many fields were looked at."""
    wrong, n = [], 0
    for name, want in fields(item, method):
        got = event.get(name)
        n += 1
        if name == "UID" and want is None:
            want = got if got and got.endswith("@pst2imap.invalid") else "one of our own"
        if name == "X-MICROSOFT-CDO-INSTTYPE" and want is None:
            continue
        if want is None and got is not None or want is not None and str(got) != str(want):
            wrong.append(name)
    for name, tag, fallback in ("DTSTART", 0x820D, 0x60), ("DTEND", 0x820E, 0x61):
        want = wanted_times(item, name, tag, fallback)
        if name == "DTEND" and want == wanted_times(item, name, 0x820D, 0x60):
            want = None
        got = instant(event[name].dt) if name in event else None
        n += 1
        if got != want:
            wrong.append(name)
    subject, body = item.text(0x37), item.text(0x1000)
    if subject and subject[0] == "\1":
        subject = subject[2:]
    for name, want in ("SUMMARY", subject), ("COMMENT" if method in ("REPLY", "COUNTER") else "DESCRIPTION", body):
        n += 1
        if want and words(want) != words(event.get(name, "")):
            wrong.append(name)
    alarms = event.walk("VALARM")
    minutes = item.number(0x8501, 15)
    minutes = 15 if minutes == 0x5AE980E1 else minutes
    n += 1
    if method in ("", "REQUEST") and (len(alarms) == 1) != item.flag(0x8503):
        wrong.append("VALARM")
    if alarms and alarms[0]["TRIGGER"].dt != -datetime.timedelta(minutes=minutes):
        wrong.append("TRIGGER")
    return wrong, n


# Series, as [MS-OXOCAL] 2.2.1.44 has them.

def day(minutes):
    return datetime.datetime(1601, 1, 1) + datetime.timedelta(minutes=minutes)


class Blob:
    def __init__(self, raw):
        at = 0

        def read(form):
            nonlocal at
            out = struct.unpack_from("<" + form, raw, at)
            at += struct.calcsize("<" + form)
            return out if len(out) != 1 else out[0]

        _, _, self.freq, self.pattern, _, _, self.period, _ = read("HHHHHIII")
        self.specific = read({0: "0s", 1: "I", 3: "II"}.get(self.pattern, "I"))
        self.end, self.count, self.dow, n = read("IIII")
        self.deleted = {read("I") for _ in range(n)}
        for _ in range(read("I")):
            read("I")
        self.start, self.until = read("II")
        _, _, self.offset, self.length = read("IIII")
        self.length -= self.offset
        self.changed = {}
        for _ in range(read("H")):
            start, end, original, flags = read("IIIH")
            for bit, form in (1, ""), (2, "I"), (4, "I"), (8, "I"), (0x10, ""), (0x20, "I"), (0x40, "I"), (0x80, "I"), (0x100, "I"):
                if flags & bit and form:
                    read(form)
                elif flags & bit:
                    read("%ds" % read("HH")[1])
            self.changed[original] = start, end

    def on(self, when):
        first = day(self.start)
        months = (when.year - first.year) * 12 + when.month - first.month
        last = (when.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
        bit = 1 << (when.isoweekday() % 7)
        if self.pattern == 0:
            return (when - first).days % (self.period // 1440) == 0
        if self.pattern == 1:
            def week(d):
                return d - datetime.timedelta(days=(d.isoweekday() - self.dow) % 7)
            return bool(self.specific & bit) and (week(when) - week(first)).days // 7 % self.period == 0
        if months % self.period:
            return False
        if self.pattern in (2, 4):
            return when.day == min(31 if self.pattern == 4 else self.specific, last.day)
        mask, nth = self.specific
        days = [d for d in range(1, last.day + 1) if mask & 1 << (when.replace(day=d).isoweekday() % 7)]
        return bool(days) and when.day == (days[-1] if nth == 5 else days[min(nth, len(days)) - 1])

    def instances(self):
        out, n, when = [], 0, day(self.start)
        while len(out) < MOST and when.year < 2400:
            if self.end == 0x2022 and n == self.count or self.end == 0x2021 and when > day(self.until):
                break
            if self.on(when):
                n += 1
                minutes = int((when - day(0)).total_seconds()) // 60
                original = minutes + self.offset
                if original in self.changed:
                    out.append(tuple(day(m) for m in self.changed[original]))
                elif minutes not in self.deleted:
                    out.append((day(original), day(original + self.length)))
            when += datetime.timedelta(days=1)
        return out


def wall(value):
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    return datetime.datetime.combine(value, datetime.time())


def expanded(events, zone):
    master = next(e for e in events if "RECURRENCE-ID" not in e)
    changed = {wall(e["RECURRENCE-ID"].dt): e for e in events if "RECURRENCE-ID" in e}

    def aware(prop, dt):
        if prop.params.get("TZID"):
            return wall(dt).replace(tzinfo=zone)
        if isinstance(dt, datetime.datetime) and dt.tzinfo:
            return wall(dt).replace(tzinfo=tz.UTC)
        return wall(dt)

    found = rrule.rruleset()
    start = aware(master["DTSTART"], master["DTSTART"].dt)
    found.rrule(rrule.rrulestr(master["RRULE"].to_ical().decode(), dtstart=start))
    dates = master.get("EXDATE", [])
    for prop in dates if isinstance(dates, list) else [dates]:
        for d in prop.dts:
            found.exdate(aware(prop, d.dt))
    length = wall(master["DTEND"].dt) - wall(master["DTSTART"].dt) if "DTEND" in master else datetime.timedelta()
    out = []
    for when in found:
        if len(out) == MOST:
            break
        e = changed.get(wall(when))
        if e is not None:
            out.append((wall(e["DTSTART"].dt), wall(e["DTEND"].dt) if "DTEND" in e else wall(e["DTSTART"].dt)))
        else:
            out.append((wall(when), wall(when) + length))
    return out


def zone_of(text):
    if "BEGIN:VTIMEZONE" not in text:
        return None
    found = tz.tzical(io.StringIO(text.replace("\r\n", "\n")))
    return found.get(next(iter(found.keys())))


def check(path, item):
    with open(path, "rb") as f:
        raw = f.read()
    wrong = ["a long line" for line in raw.split(b"\r\n") if len(line) > FOLDED]
    calendar = icalendar.Calendar.from_ical(raw)
    wrong += ["%s is not strict" % c.name for c in calendar.walk() if c.errors]
    events = calendar.walk("VEVENT")
    method = str(calendar.get("METHOD", ""))
    differs, n = compare(item, events[0], method)
    series = 0
    if item.data(0x8216) and method not in ("REPLY", "COUNTER"):
        series = 1
        if expanded(events, zone_of(raw.decode())) != Blob(item.data(0x8216)).instances():
            differs.append("the instances")
    return wrong + differs, n, series


def walk(folder, items):
    for i in range(folder.get_number_of_sub_messages()):
        try:
            m = folder.get_sub_message(i)
            items["%d" % m.identifier] = Item(entries(m))
        except (OSError, IOError):
            continue
    for i in range(folder.get_number_of_sub_folders()):
        try:
            walk(folder.get_sub_folder(i), items)
        except (OSError, IOError):
            continue


def main():
    Item.names = {int(k): v for k, v in json.loads(sys.argv[3]).items()}
    items, f = {}, pypff.file()
    try:
        f.open(sys.argv[1])
        walk(f.get_root_folder(), items)
    except (OSError, IOError):
        pass
    compared = fields_seen = series = 0
    for path in sorted(glob.glob(os.path.join(sys.argv[2], "*.ics"))):
        name = os.path.basename(path)[:-4]
        if name not in items:
            continue
        wrong, n, s = check(path, items[name])
        compared, fields_seen, series = compared + 1, fields_seen + n, series + s
        if wrong:
            print("item %s: %s" % (name, ", ".join(wrong)))
    print(compared, fields_seen, series)


main()
