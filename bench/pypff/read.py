"""Reads a data file with pypff, the Python module of libpff, and prints what it has read.

usage: read.py read|folders FILE

pypff tells nothing of recipients and embedded messages, so it has less to do.
"""

import hashlib
import json
import sys

import pypff

STRINGS = (0x1E, 0x1F)
RTF, HTML, ATTACH_DATA = 0x1009, 0x1013, 0x3701
PIECE = 64 << 10


class Walk:
    def __init__(self):
        self.counts = dict.fromkeys(
            ("folders", "messages", "properties", "recipients", "attachments", "bytes", "hashed", "errors"), 0)

    def folder(self, folder, items):
        for i in range(folder.get_number_of_sub_folders()):
            self.counts["folders"] += 1
            self.folder(folder.get_sub_folder(i), items)
        if not items:
            return
        for i in range(folder.get_number_of_sub_messages()):
            try:
                self.message(folder.get_sub_message(i))
            except OSError:
                self.counts["errors"] += 1

    def message(self, message):
        self.counts["messages"] += 1
        self.properties(message)
        for i in range(message.get_number_of_attachments()):
            self.counts["attachments"] += 1
            try:
                self.attachment(message.get_attachment(i))
            except OSError:
                self.counts["errors"] += 1

    def properties(self, item, skip=None):
        for i in range(item.get_number_of_record_sets()):
            record_set = item.get_record_set(i)
            for k in range(record_set.get_number_of_entries()):
                entry = record_set.get_entry(k)
                self.counts["properties"] += 1
                if entry.entry_type != skip:
                    self.value(item, entry)

    def value(self, item, entry):
        try:
            if entry.entry_type == RTF:
                value = item.get_rtf_body()
            elif entry.value_type in STRINGS:
                value = entry.get_data_as_string()
            else:
                value = entry.get_data()
            self.counts["bytes"] += len(value or b"")
        except OSError:
            self.counts["errors"] += 1

    def attachment(self, attachment):
        self.properties(attachment, skip=ATTACH_DATA)
        digest = hashlib.sha256()
        left = attachment.get_size()
        while left > 0:
            piece = attachment.read_buffer(min(left, PIECE))
            if not piece:
                break
            digest.update(piece)
            self.counts["hashed"] += len(piece)
            left -= len(piece)
        digest.digest()


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("read", "folders"):
        sys.exit(__doc__)
    file = pypff.file()
    file.open(sys.argv[2])
    walk = Walk()
    walk.folder(file.get_root_folder(), sys.argv[1] == "read")
    file.close()
    print(json.dumps(walk.counts))


main()
