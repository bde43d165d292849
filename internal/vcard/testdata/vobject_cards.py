"""Reads vCards from standard input with vobject, strictly, and prints them as JSON.

A list of cards; each is a list of fields, and each field is its name, its
parameters as lists of values, and its value: a string, a list of the parts of a
structured one, or the hexadecimal form of bytes."""
import json
import sys

import vobject


def parts(value, order):
    out = []
    for name in order:
        v = getattr(value, name)
        out.append(v if isinstance(v, str) else ",".join(v))
    return out


def plain(line):
    v = line.value
    if isinstance(v, vobject.vcard.Name):
        return parts(v, vobject.vcard.NAME_ORDER)
    if isinstance(v, vobject.vcard.Address):
        return parts(v, vobject.vcard.ADDRESS_ORDER)
    if isinstance(v, bytes):
        return v.hex()
    if isinstance(v, list):
        return [x if isinstance(x, str) else ",".join(x) for x in v]
    return v


def main():
    cards = []
    text = sys.stdin.buffer.read().decode("utf-8")
    for card in vobject.readComponents(text, validate=True):
        if card.name != "VCARD" or card.version.value != "3.0":
            raise ValueError("no vCard 3.0")
        cards.append([[line.name, line.params, plain(line)] for line in card.lines()])
    json.dump(cards, sys.stdout)


main()
