"""Reads every message in a folder with Python's email package and names what it
finds wrong with its structure: one line for each defect, then the number of
messages that were read."""
import email
import email.policy
import os
import sys

# Kept from the original header as they were, and no matter of structure.
KEPT = ("HeaderDefect", "InvalidHeaderDefect", "ObsoleteHeaderDefect", "NonPrintableDefect", "InvalidDateDefect",
        "UndecodableBytesDefect", "HeaderMissingRequiredValue")


def parts(message):
    yield message
    if message.is_multipart():
        for part in message.iter_parts() if message.get_content_maintype() == "multipart" else message.get_payload():
            yield from parts(part)


def main(folder):
    count = 0
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as f:
            message = email.message_from_binary_file(f, policy=email.policy.default)
        count += 1
        for part in parts(message):
            for defect in part.defects:
                if type(defect).__name__ not in KEPT:
                    print(f"{name}: {part.get_content_type()}: {type(defect).__name__}")
            if not part.is_multipart():
                part.get_payload(decode=True)
                for defect in part.defects:
                    if type(defect).__name__ not in KEPT:
                        print(f"{name}: {part.get_content_type()}: {type(defect).__name__} in its content")
    print(count)


main(sys.argv[1])
