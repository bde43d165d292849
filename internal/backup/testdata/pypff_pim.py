"""Compares calendars and address books with what libpff reads of a data file.

Arguments: a data file, a folder with the .ics and .vcf files that were made of it, and
the identifiers that named properties have in the file, by the number of their name: a
list of NUMBER=IDENTIFIER with commas.
Prints a line for each difference, and at the end how many items of each kind were
compared. Every file must parse without an error."""
import collections
import datetime
import glob
import os
import struct
import sys

import icalendar
import pypff
import vobject

CLASSES = {"ipm.task": "task", "ipm.activity": "journal", "ipm.stickynote": "note", "ipm.contact": "contact",
           "ipm.abchperson": "contact", "ipm.distlist": "list", "ipm.appointment": "event"}
EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.timezone.utc)


NAMES = {}


class Props(dict):
    """The stored values by identifier and type; named ones by the number of their name."""

    def has(self, tag, kind):
        return self.get((NAMES.get(tag, tag), kind))

    def text(self, tag):
        wide, narrow = self.has(tag, 0x1F), self.has(tag, 0x1E)
        if wide is not None:
            s = wide.decode("utf-16-le", "replace").split("\0")[0]
        elif narrow is not None:
            s = narrow.decode("cp1252", "replace").split("\0")[0]
        else:
            return None
        return s[2:] if s[:1] == "\x01" else s

    def number(self, tag):
        b = self.has(tag, 3)
        return None if b is None else struct.unpack("<i", b[:4])[0]

    def double(self, tag):
        b = self.has(tag, 5)
        return None if b is None else struct.unpack("<d", b[:8])[0]

    def time(self, tag):
        b = self.has(tag, 0x40)
        if b is None:
            return None
        n = struct.unpack("<Q", b[:8])[0]
        if n in (0, 0x0CB34557A3DD4000):
            return None
        return (EPOCH + datetime.timedelta(microseconds=n // 10)).replace(microsecond=0)


def items(folder):
    for i in range(folder.get_number_of_sub_messages()):
        try:
            m = folder.get_sub_message(i)
            props = Props()
            for s in range(m.get_number_of_record_sets()):
                records = m.get_record_set(s)
                for j in range(records.get_number_of_entries()):
                    e = records.get_entry(j)
                    if s == 0 and e.entry_type is not None and e.data is not None:
                        props.setdefault((e.entry_type, e.value_type), e.data)
            yield props
        except (OSError, IOError):
            continue
    for i in range(folder.get_number_of_sub_folders()):
        try:
            yield from items(folder.get_sub_folder(i))
        except (OSError, IOError):
            continue


def kind(props):
    name = (props.text(0x1A) or "").lower()
    while name:
        if name in CLASSES:
            return CLASSES[name]
        name = name.rpartition(".")[0]
    return None


def plain(s):
    return " ".join((s or "").split())


def expected(what, p):
    """Pairs of property and value; None is a property that must not be there."""
    yield "SUMMARY", plain(p.text(0x37))
    if what == "task":
        state = p.number(0x8101)
        yield "STATUS", None if state is None else ["NEEDS-ACTION", "IN-PROCESS", "COMPLETED", "NEEDS-ACTION", "NEEDS-ACTION"][state]
        part = p.double(0x8102)
        yield "PERCENT-COMPLETE", None if part is None else str(round(part * 100))
        for name, tag in (("DTSTART", 0x8104), ("DUE", 0x8105)):
            at = p.time(tag)
            yield name, None if at is None else at.strftime("%Y%m%d")
        yield "X-OWNER", p.text(0x811F) or None
    if what == "journal":
        yield "DTSTART", utc(p.time(0x8706))
        yield "X-MICROSOFT-LOG-END", utc(p.time(0x8708))
        yield "CATEGORIES", p.text(0x8700)
    if what == "note":
        color = p.number(0x8B00)
        yield "X-MS-NOTE-COLOR", None if color is None else ["blue", "green", "pink", "yellow", "white"][color]


def utc(at):
    return None if at is None else at.strftime("%Y%m%dT%H%M%SZ")


def value(component, name):
    v = component.get(name)
    if v is None:
        return None
    if name == "CATEGORIES":
        return ",".join(str(c) for c in v.cats)
    return plain(v) if isinstance(v, str) else v.to_ical().decode()


def agrees(component, name, want):
    got = value(component, name)
    if name == "CATEGORIES":
        return want is None or want in (got or "").split(",")
    return got == want


def calendars(folder):
    for path in glob.glob(os.path.join(glob.escape(folder), "**", "*.ics"), recursive=True):
        with open(path, "rb") as f:
            calendar = icalendar.Calendar.from_ical(f.read())
        for c in calendar.walk():
            if c.errors:
                print("%s has errors: %s" % (c.name, [e[0] for e in c.errors]))
            if c.name in ("VEVENT", "VTODO", "VJOURNAL"):
                yield c


def cards(folder):
    for path in glob.glob(os.path.join(glob.escape(folder), "**", "*.vcf"), recursive=True):
        with open(path, encoding="utf-8", newline="") as f:
            yield from vobject.readComponents(f.read(), validate=True)


def main(path, folder):
    entries = collections.defaultdict(list)
    for c in calendars(folder):
        entries[value(c, "SUMMARY") or "", value(c, "LAST-MODIFIED")].append(c)
    people = collections.defaultdict(list)
    for card in cards(folder):
        people[card.uid.value].append(card)
    counts = collections.Counter()
    f = pypff.file()
    f.open(path)
    for p in items(f.get_root_folder()):
        what = kind(p)
        if what is None:
            continue
        counts[what] += 1
        if what in ("contact", "list"):
            key = p.get((0x300B, 0x102), b"")
            if key.strip(b"\0") and key.hex().upper() not in people:
                print("a %s is in no address book" % what)
            continue
        found = entries[plain(p.text(0x37)), utc(p.time(0x3008))]
        wanted = list(expected(what, p))
        if not any(all(agrees(c, name, want) for name, want in wanted) for c in found):
            print("a %s is in no calendar as it is stored; of %d alike differ %s" % (what, len(found), [
                [name for name, want in wanted if not agrees(c, name, want)] for c in found]))
        body = plain(p.text(0x1000))
        if what != "event" and body and not any(plain(c.get("DESCRIPTION")).startswith(body) for c in found):
            print("the text of a %s is not there" % what)
    print(" ".join("%s=%d" % pair for pair in sorted(counts.items())))


for pair in sys.argv[3].split(","):
    number, identifier = pair.split("=")
    NAMES[int(number, 16)] = int(identifier, 16)
main(sys.argv[1], sys.argv[2])
