#!/usr/bin/python3
"""Print what libpff finds in a data file, as JSON: for each folder path the
number of items, and of every item subject, body lengths and SHA-1 hashes of its
attachments. Used by TestAgainstPypff."""

import hashlib
import json
import sys

import pypff


def body(item, name):
    try:
        value = getattr(item, name)
    except OSError:
        return None
    if value is None:
        return None
    return len(value)


def attachments(item):
    out = []
    try:
        count = item.number_of_attachments
    except OSError:
        return None
    for i in range(count):
        try:
            a = item.get_attachment(i)
            size = a.get_size()
            out.append(hashlib.sha1(a.read_buffer(size) if size else b"").hexdigest())
        except OSError:
            out.append("")
    return sorted(out)


def subject(item):
    try:
        return item.subject
    except OSError:
        return None


def folder(f, path, out):
    try:
        items, subs = f.number_of_sub_messages, f.number_of_sub_folders
    except OSError as e:
        out["errors"].append("%s: %s" % (path, e))
        return
    for i in range(items):
        try:
            m = f.get_sub_message(i)
        except OSError as e:
            out["errors"].append("%s message %d: %s" % (path, i, e))
            continue
        out["items"].append({
            "folder": path, "subject": subject(m), "html": body(m, "html_body"),
            "rtf": body(m, "rtf_body"), "plain": body(m, "plain_text_body"), "attachments": attachments(m),
        })
    for i in range(subs):
        try:
            s = f.get_sub_folder(i)
            name = s.name or ""
        except OSError as e:
            out["errors"].append("%s folder %d: %s" % (path, i, e))
            continue
        folder(s, path + [name], out)


def main():
    f = pypff.file()
    f.open(sys.argv[1])
    out = {"items": [], "errors": []}
    root = f.get_root_folder()
    if root is not None:
        folder(root, [], out)
    json.dump(out, sys.stdout)


main()
