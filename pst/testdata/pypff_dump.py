"""Prints what libpff sees in a data file as JSON.

One object: "errors", what could not be read, and "folders", each with "path"
(names from the root of the store) and "messages". Of a message: its class and
subject, the lengths in bytes of the bodies as stored ("plain", "html", "rtf"),
None for one that there is not, and for each attachment the SHA-1 of its data,
or "embedded" for a message, or why it has none.

Values come from the item's own record entries and not from pypff's convenient
properties, which decode and trim.
"""

import hashlib
import json
import sys

import pypff

CLASS, SUBJECT = 0x001A, 0x0037
BODIES = {"plain": 0x1000, "rtf": 0x1009, "html": 0x1013}
ATTACH_METHOD, EMBEDDED = 0x3705, 5
SEARCH_FOLDER = 3  # type of a node identifier
PIECE = 1 << 20


def entries(item):
    """The entries of an item's first set, by identifier."""
    found = {}
    if item.get_number_of_record_sets() > 0:
        records = item.get_record_set(0)
        for i in range(records.get_number_of_entries()):
            entry = records.get_entry(i)
            if entry.entry_type is not None:
                found.setdefault(entry.entry_type, entry)
    return found


def text(entry):
    """A string entry as stored, without the NUL that may end it."""
    if entry is None or entry.data is None:
        return ""
    if entry.value_type == 0x1F:
        return entry.data.decode("utf-16-le", "replace").split("\0")[0]
    return entry.data.decode("latin-1").split("\0")[0]


def length(entry):
    if entry is None:
        return None
    return len(entry.data or b"")


def attachment(message, i):
    a = message.get_attachment(i)
    method = entries(a).get(ATTACH_METHOD)
    if method is not None and int.from_bytes(method.data[:4], "little") == EMBEDDED:
        return "embedded"
    try:
        left = a.get_size()
    except OSError:
        return "no data"
    digest = hashlib.sha1()
    while left > 0:
        piece = a.read_buffer(min(left, PIECE))
        if not piece:
            return "cut off"
        digest.update(piece)
        left -= len(piece)
    return digest.hexdigest()


def describe(message):
    found = entries(message)
    out = {"class": text(found.get(CLASS)), "subject": text(found.get(SUBJECT)), "attachments": []}
    for name, number in BODIES.items():
        out[name] = length(found.get(number))
    for i in range(message.get_number_of_attachments()):
        try:
            out["attachments"].append(attachment(message, i))
        except OSError:
            out["attachments"].append("unreadable")
    out["attachments"].sort()
    return out


def walk(root, out, errors):
    todo = [(root, [])]
    while todo:
        folder, path = todo.pop()
        here = {"path": path, "messages": []}
        out.append(here)
        try:
            for i in range(folder.get_number_of_sub_messages()):
                try:
                    here["messages"].append(describe(folder.get_sub_message(i)))
                except (OSError, TypeError) as problem:
                    errors.append("message %d of %s: %s" % (i, path, str(problem).split(".")[0]))
        except OSError as problem:
            errors.append("contents of %s: %s" % (path, str(problem).split(".")[0]))
        try:
            for i in range(folder.get_number_of_sub_folders()):
                sub = folder.get_sub_folder(i)
                if sub.identifier & 0x1F != SEARCH_FOLDER:
                    todo.append((sub, path + [sub.name or ""]))
        except OSError as problem:
            errors.append("folders of %s: %s" % (path, str(problem).split(".")[0]))


def main(path):
    errors, folders = [], []
    pff = pypff.file()
    try:
        pff.open(path)
        root = pff.get_root_folder()
        if root is not None:
            walk(root, folders, errors)
        else:
            errors.append("no root folder")
    except OSError as problem:
        errors.append("file: %s" % str(problem).split(".")[0])
    json.dump({"folders": folders, "errors": errors}, sys.stdout)


main(sys.argv[1])
