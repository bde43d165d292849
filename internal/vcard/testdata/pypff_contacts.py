"""Prints what libpff reads of the contacts and distribution lists of a data file.

A JSON object: for each item, by its identifier, the stored properties as hexadecimal
bytes, by "type/value type". Named properties have the number of their name. An
item that libpff cannot read is left out."""
import json
import sys

import pypff

CLASS = 0x001A


def entries(item):
    out = {}
    for i in range(item.get_number_of_record_sets()):
        records = item.get_record_set(i)
        for j in range(records.get_number_of_entries()):
            e = records.get_entry(j)
            if e.entry_type is not None and e.data is not None and i == 0:
                out.setdefault("%04x/%04x" % (e.entry_type, e.value_type), e.data.hex())
    return out


def text(props, tag):
    if "%04x/001f" % tag in props:
        return bytes.fromhex(props["%04x/001f" % tag]).decode("utf-16-le", "replace")
    return bytes.fromhex(props.get("%04x/001e" % tag, "")).decode("latin-1")


def walk(folder, found):
    for i in range(folder.get_number_of_sub_messages()):
        try:
            m = folder.get_sub_message(i)
            props = entries(m)
        except (OSError, IOError):
            continue
        if text(props, CLASS).lower().startswith(("ipm.contact", "ipm.distlist", "ipm.abchperson")):
            found["%d" % m.identifier] = props
    for i in range(folder.get_number_of_sub_folders()):
        try:
            walk(folder.get_sub_folder(i), found)
        except (OSError, IOError):
            continue


def main(path):
    found = {}
    f = pypff.file()
    try:
        f.open(path)
        walk(f.get_root_folder(), found)
    except (OSError, IOError):
        pass
    json.dump(found, sys.stdout)


main(sys.argv[1])
