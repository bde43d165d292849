"""Answers a request for a meeting, and takes the answers of others to it.

Arguments: the message with the request, then messages with answers. Prints JSON:
the answer that a calendar program makes of the request, and for each of the other
messages what it changes in the request.
"""
import email
import email.policy
import json
import sys

import icalendar


def calendar(path):
    with open(path, "rb") as f:
        message = email.message_from_binary_file(f, policy=email.policy.default)
    parts = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
    if len(parts) != 1:
        raise ValueError("%d calendars" % len(parts))
    found = icalendar.Calendar.from_ical(parts[0].get_payload(decode=True))
    for c in found.walk():
        if c.errors:
            raise ValueError("%s: %s" % (c.name, c.errors))
    if parts[0]["content-type"].params.get("method") != found.get("METHOD"):
        raise ValueError("the part has another method than the calendar")
    return found


def instance(event):
    return event["RECURRENCE-ID"].dt.isoformat() if "RECURRENCE-ID" in event else ""


def attendees(event):
    found = event.get("ATTENDEE", [])
    return found if isinstance(found, list) else [found]


def answer(request, event):
    """A REPLY to one event of a request (RFC 5546 3.2.3)."""
    reply = icalendar.Calendar()
    reply.add("VERSION", "2.0")
    reply.add("PRODID", "-//answer//EN")
    reply.add("METHOD", "REPLY")
    out = icalendar.Event()
    for name in ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "RECURRENCE-ID", "ORGANIZER"):
        if name in event:
            out[name] = event[name]
    me = attendees(event)[0]
    me.params["PARTSTAT"] = "ACCEPTED"
    out.add("ATTENDEE", me, encode=0)
    reply.add_component(out)
    return reply.to_ical().decode()


def applied(request, reply):
    """What a reply changes: who answers what, in which event."""
    event = reply.walk("VEVENT")[0]
    who = attendees(event)
    if len(who) != 1:
        return "%d attendees" % len(who)
    for mine in request.walk("VEVENT"):
        if mine["UID"] != event["UID"] or instance(mine) != instance(event):
            continue
        if int(event["SEQUENCE"]) < int(mine["SEQUENCE"]):
            return "too old"
        if str(mine["ORGANIZER"]).lower() != str(event["ORGANIZER"]).lower():
            return "to another organizer"
        for a in attendees(mine):
            if a.lower() == who[0].lower():
                return "%s %s %s %s" % (reply["METHOD"], a, who[0].params["PARTSTAT"], instance(event))
        return "%s was not asked" % who[0]
    return "of another meeting"


def main():
    request = calendar(sys.argv[1])
    if request["METHOD"] != "REQUEST":
        raise ValueError("no request")
    answers = [answer(request, event) for event in request.walk("VEVENT")]
    print(json.dumps({"answers": answers, "applied": [applied(request, calendar(p)) for p in sys.argv[2:]]}))


main()
