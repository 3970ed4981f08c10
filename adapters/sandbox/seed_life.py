"""Lived-in calendars: what a room's weeks look like, the same for a room and a day in every run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from adapters.sandbox.event import Event, Organizer, Status
from adapters.sandbox.mailbox import Mailbox, stable_id

WEEKS = 2  # before and after today
_SUBJECTS = (
    "Weekly sync",
    "Design review",
    "Interview",
    "Budget 2027",
    "Retrospective",
    "Customer call",
    "Onboarding",
    "Steering committee",
)
_STATUSES: Sequence[Status] = ("busy",) * 17 + ("tentative",) * 2 + ("free",)
_LENGTHS = (30, 30, 45, 60, 60, 90, 120)  # minutes
_GAPS = (0, 0, 0, 30, 30, 60, 90)
_OPENS, _CLOSES = time(8, 30), time(18)
_SEARCH = 400  # days in which a zone that changes its clocks does so


def days_around(today: date) -> Iterator[date]:
    for offset in range(-7 * WEEKS, 7 * WEEKS + 1):
        yield today + timedelta(days=offset)


def ordinary_days(
    mailbox: Mailbox, days: Iterable[date], zone: ZoneInfo, people: Sequence[Mailbox]
) -> None:
    """Fill the working days among `days`, each by a chance of its own."""
    events: list[Event] = []
    for day in days:
        if day.weekday() < 5:
            events += _working_day(mailbox, day, zone, people)
    mailbox.calendar.add(events)


def _working_day(
    mailbox: Mailbox, day: date, zone: ZoneInfo, people: Sequence[Mailbox]
) -> Iterator[Event]:
    chance = Random(f"{mailbox.address}/{day}")
    if chance.random() < 0.03:
        yield _all_day(mailbox, day)
        return
    at = datetime.combine(day, _OPENS, zone) + timedelta(minutes=chance.choice(_GAPS))
    closes = datetime.combine(day, _CLOSES, zone)
    while at < closes:
        end = at + timedelta(minutes=chance.choice(_LENGTHS))
        who = chance.choice(people).as_organizer
        yield Event(
            _key(mailbox, at),
            at.astimezone(UTC),
            end.astimezone(UTC),
            who,
            # Exchange puts the organizer's name in place of the subject unless told not to.
            who.name if chance.random() < 0.5 else chance.choice(_SUBJECTS),
            chance.choice(_STATUSES),
            private=chance.random() < 0.06,
            location=mailbox.name,
        )
        at = end + timedelta(minutes=chance.choice(_GAPS))


def _all_day(mailbox: Mailbox, day: date) -> Event:
    start = datetime.combine(day, time(), UTC)
    who = Organizer("Facilities", "facilities@contoso.example")
    end = start + timedelta(days=1)
    return Event(_key(mailbox, start), start, end, who, "Maintenance", all_day=True)


def _key(mailbox: Mailbox, at: datetime) -> str:
    return stable_id("event", mailbox.address.lower(), at.isoformat())


def clock_change(today: date, zone: ZoneInfo) -> date | None:
    """The next day on which the zone's clocks change; None if they never do."""
    for offset in range(_SEARCH):
        day = today + timedelta(days=offset)
        noon = datetime.combine(day, time(12), zone)
        if noon.utcoffset() != (noon - timedelta(days=1)).utcoffset():
            return day
    return None
