"""Prints what libpff and Python's email package make of the items of a data file.

A list of JSON: of each item its node identifier ("id"), "subject" (without the
marker of its prefix; null if it is stored in 8 bits that are not ASCII), "date"
(in seconds since 1970; null for none), and the SHA-1 of the data of each
attachment that is stored by value and is not empty.

The date is that of the original header, if there is one and the item was sent,
else the first of the times that is there.
"""

import email.parser
import email.utils
import hashlib
import json
import re
import sys

import pypff

SUBJECT, FLAGS, HEADERS = 0x0037, 0x0E07, 0x007D
SUBMIT, DELIVERY, CREATION, CHANGE = 0x0039, 0x0E06, 0x3007, 0x3008
METHOD, BY_VALUE, ENCODING = 0x3705, 1, 0x3702
UNSENT = 8
SEARCH_FOLDER = 3  # type of a node identifier
EPOCH = 11644473600  # of FILETIME, in seconds before 1970
NEVER = 0x0CB34557A3DD4000


def entries(item):
    found = {}
    if item.get_number_of_record_sets() > 0:
        records = item.get_record_set(0)
        for i in range(records.get_number_of_entries()):
            entry = records.get_entry(i)
            if entry.entry_type is not None:
                found.setdefault(entry.entry_type, entry)
    return found


def number(entry):
    return int.from_bytes(entry.data, "little") if entry is not None and entry.data else 0


def text(entry):
    if entry is None or entry.data is None:
        return ""
    if entry.value_type == 0x1F:
        return entry.data.decode("utf-16-le", "replace").split("\0")[0]
    try:
        return entry.data.decode("ascii").split("\0")[0]
    except UnicodeDecodeError:
        return None


def subject(found):
    s = text(found.get(SUBJECT))
    return s[2:] if s and s[0] == "\x01" else s


def header_date(found):
    entry = found.get(HEADERS)
    if entry is None or number(found.get(FLAGS)) & UNSENT:
        return None
    raw = entry.data.decode("utf-16-le" if entry.value_type == 0x1F else "latin-1", "replace").split("\0")[0]
    raw = re.sub(r"^Microsoft Mail Internet Headers[^\n]*\n", "", raw.lstrip("\ufeff\r\n "))
    date = email.parser.HeaderParser().parsestr(raw).get("Date")
    try:
        return int(email.utils.parsedate_to_datetime(date).timestamp())
    except (TypeError, ValueError):
        return None


def date(found):
    stored = header_date(found)
    if stored is not None:
        return stored
    order = (SUBMIT, DELIVERY, CREATION, CHANGE)
    if number(found.get(FLAGS)) & UNSENT:
        order = (CHANGE, CREATION, SUBMIT)
    for tag in order:
        n = number(found.get(tag))
        if n not in (0, NEVER) and n // 10_000_000 >= EPOCH:
            return n // 10_000_000 - EPOCH
    return None


def attachments(message):
    out = []
    for i in range(message.get_number_of_attachments()):
        try:
            a = message.get_attachment(i)
            found = entries(a)
            if number(found.get(METHOD)) != BY_VALUE or ENCODING in found or a.get_size() == 0:
                continue
            out.append(hashlib.sha1(a.read_buffer(a.get_size())).hexdigest())
        except OSError:
            pass  # the comparison of the readers looks into that
    return out


def walk(root, out):
    todo = [root]
    while todo:
        folder = todo.pop()
        for i in range(folder.get_number_of_sub_messages()):
            try:
                m = folder.get_sub_message(i)
                found = entries(m)
                out.append({"id": m.identifier, "subject": subject(found), "date": date(found), "attachments": attachments(m)})
            except (OSError, TypeError):
                pass
        for i in range(folder.get_number_of_sub_folders()):
            sub = folder.get_sub_folder(i)
            if sub.identifier & 0x1F != SEARCH_FOLDER:
                todo.append(sub)


def main(path):
    out = []
    pff = pypff.file()
    try:
        pff.open(path)
        root = pff.get_root_folder()
        if root is not None:
            walk(root, out)
    except OSError:
        pass
    json.dump(out, sys.stdout)


main(sys.argv[1])
