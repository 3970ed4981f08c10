"""getSchedule: who is busy when.  A mailbox that cannot be read says so inside a 200.

https://learn.microsoft.com/graph/api/calendar-getschedule
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from adapters.sandbox.call import Call, Json
from adapters.sandbox.event import Event
from adapters.sandbox.hours import working_hours
from adapters.sandbox.mailbox import Health, Mailbox
from adapters.sandbox.permission import READ_CALENDAR
from adapters.sandbox.route import Route, Service
from adapters.sandbox.schedule_question import Question, read
from adapters.sandbox.stamp import local

_MOST_ENTRIES = 1000
# Working elsewhere counts as free here: Microsoft's own example says so.
_DIGIT = {"tentative": 1, "busy": 2, "unknown": 2, "oof": 3}
_SHOWS_SUBJECTS = ("limitedRead", "read", "write")


def _get_schedule(call: Call) -> Json:
    question = read(call.body)
    zone = call.zone
    return {
        "@odata.context": call.context("Collection(microsoft.graph.scheduleInformation)"),
        "value": [_information(call, question, zone, address) for address in question.addresses],
    }


def _information(call: Call, question: Question, zone: ZoneInfo, address: str) -> Json:
    mailbox = call.tenant.find(address)
    if mailbox is None:
        return _unknown(address)
    if (error := _error(call, mailbox, address)) is not None:
        return error
    spans = mailbox.calendar.blocking(question.start, question.end, question.zone)
    if len(spans) > _MOST_ENTRIES:
        text = (
            "The result set contains too many calendar entries. "
            f"The allowed size = {_MOST_ENTRIES}; the actual size = {len(spans)}."
        )
        return _failed(address, "5006", text)
    named = mailbox.sharing in _SHOWS_SUBJECTS
    name = call.zone_name
    return {
        "scheduleId": address,
        "availabilityView": _view(spans, question),
        "scheduleItems": [
            {
                **(_words(event) if named else {}),
                "status": event.status,
                "start": local(start, zone, name),
                "end": local(end, zone, name),
            }
            for start, end, event in spans
        ],
        "workingHours": working_hours(mailbox),
    }


def _error(call: Call, mailbox: Mailbox, address: str) -> Json | None:
    """Numbers are Exchange's own: 5009 no such recipient, 5016 no mailbox to be reached here,
    5037 no free/busy access."""
    match call.tenant.health(mailbox):
        case Health.VANISHED:
            return _unknown(address)
        case Health.ON_PREMISES | Health.NO_MAILBOX:
            text = f"Unable to process the free/busy request for {address} in its own forest."
            return _failed(address, "5016", text)
        case Health.DENIED:
            return _no_access(address)
        case Health.WELL:
            beyond = call.tenant.schedules_need_scope and not call.reaches(mailbox, READ_CALENDAR)
            return _no_access(address) if beyond else None


def _unknown(address: str) -> Json:
    text = f"Unable to resolve e-mail address {address} to an Active Directory object."
    return {"scheduleId": address, "error": {"message": text, "responseCode": "5009"}}


def _no_access(address: str) -> Json:
    text = "The caller does not have permission to view free/busy data."
    return _failed(address, "5037", text)


def _failed(address: str, code: str, text: str) -> Json:
    """As a tenant answered in October 2026: the items are null, not an empty list."""
    error = {"message": text, "responseCode": code}
    return {
        "scheduleId": address,
        "availabilityView": "",
        "scheduleItems": None,
        "workingHours": None,
        "error": error,
    }


def _words(event: Event) -> Json:
    """What the item says of itself; of a private one only that it is private."""
    if event.private:
        return {"isPrivate": True}
    return {"isPrivate": False, "subject": event.subject, "location": event.location}


def _view(spans: list[tuple[datetime, datetime, Event]], question: Question) -> str:
    """One digit a slot; where several lie in a slot the highest counts."""
    slot = timedelta(minutes=question.slot)
    count = -((question.start - question.end) // slot)
    digits = [0] * count
    for start, end, event in spans:
        digit = _DIGIT.get(event.status, 0)
        first = max(0, (start - question.start) // slot)
        last = min(count, -((question.start - end) // slot))
        for index in range(first, last):
            digits[index] = max(digits[index], digit)
    return "".join(map(str, digits))


ROUTES = (
    Route(
        "POST", "users/{user}/calendar/getSchedule", Service.EXCHANGE, READ_CALENDAR, _get_schedule
    ),
)
