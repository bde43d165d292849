"""Prints the names of time zones in Windows with those of the system, as icalendar knows them."""
from icalendar.windows_to_olson import WINDOWS_TO_OLSON

for name, iana in sorted(WINDOWS_TO_OLSON.items()):
    print("%s\t%s" % (name, iana))
