"""What one getSchedule answer says about each room.  Pure.

The law: silence, nonsense and contradiction never make a room free.  What cannot be read is
unreadable for that room alone, and where view and items differ the busier one is believed.
https://learn.microsoft.com/graph/api/calendar-getschedule
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from adapters.graph import plain
from adapters.graph.reason import GARBLED, NOT_ANSWERED, of_schedule
from adapters.graph.times import clock_time, span
from bot.rooms import Busy, BusyStatus, Room, RoomState, WorkingHours

_STATUS = {status.value.lower(): status for status in BusyStatus}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# How much a status blocks, and what a digit of the view stands for.  Pages disagree on whether
# working elsewhere is 0 or 4; the items tell.
_WEIGHT = {
    BusyStatus.ELSEWHERE: 1,
    BusyStatus.TENTATIVE: 2,
    BusyStatus.BUSY: 3,
    BusyStatus.UNKNOWN: 3,
    BusyStatus.OUT_OF_OFFICE: 4,
}
_DIGIT = {
    "1": BusyStatus.TENTATIVE,
    "2": BusyStatus.BUSY,
    "3": BusyStatus.OUT_OF_OFFICE,
    "4": BusyStatus.ELSEWHERE,
}
_WEIGHTS = bytes(
    0 if chr(code) == "0" else _WEIGHT[_DIGIT.get(chr(code), BusyStatus.UNKNOWN)]
    for code in range(256)
)


def slot(start: datetime, end: datetime) -> int:
    """Minutes a digit of the view: 30, fewer in a shorter window; Graph takes 5 at least."""
    return max(5, min(30, int((end - start).total_seconds() // 60)))


def states(
    rooms: Sequence[Room], answers: Sequence[object], start: datetime, end: datetime, at: datetime
) -> list[RoomState]:
    """One state a room, in the order given; `answers` is the `value` of the answer."""
    heard: dict[str, list[Mapping[str, object]]] = {}
    for answer in answers:
        if isinstance(answer, dict) and isinstance(address := answer.get("scheduleId"), str):
            heard.setdefault(address.casefold(), []).append(answer)
    return [_state(room, heard.get(room.address.casefold(), []), start, end, at) for room in rooms]


def _state(
    room: Room,
    answers: Sequence[Mapping[str, object]],
    start: datetime,
    end: datetime,
    at: datetime,
) -> RoomState:
    if not answers:
        return RoomState(room, at, unreadable=NOT_ANSWERED)
    answer = answers[0]
    if any(other != answer for other in answers[1:]):
        return RoomState(room, at, unreadable=GARBLED)
    if (error := answer.get("error")) is not None:
        return RoomState(room, at, unreadable=of_schedule(error))
    try:
        busy = _entries(answer, start, end)
    except ValueError:
        return RoomState(room, at, unreadable=GARBLED)
    zone, hours = _working(answer.get("workingHours"))
    return RoomState(room, at, busy, zone, hours)


def _entries(answer: Mapping[str, object], start: datetime, end: datetime) -> tuple[Busy, ...]:
    """In order of start; ValueError where the answer does not say what is booked."""
    items, view = answer.get("scheduleItems"), answer.get("availabilityView")
    if not (isinstance(items, list) or items is None) or not (
        isinstance(view, str) or view is None
    ):
        raise ValueError("wrong types")
    if not items and not view:
        raise ValueError("neither items nor a view")
    # One slot short may be rounding; more is a part of the window that nobody spoke of.
    if view is not None and len(view) < slots(start, end) - 1:
        raise ValueError("the view ends before the window")
    entries = [entry for item in items or () if (entry := _entry(item)) is not None]
    if view and view.strip("0"):
        entries += _missing(view, entries, start, end)
    entries.sort(key=_start)
    return tuple(entries)


def slots(start: datetime, end: datetime) -> int:
    """How many digits the view of the window has."""
    return -((start - end) // timedelta(minutes=slot(start, end)))


def _start(entry: Busy) -> datetime:
    return entry.start


def _entry(item: object) -> Busy | None:
    """One item; None where it is marked free."""
    if not isinstance(item, dict):
        raise ValueError("not an item")
    said = item.get("status")
    word = said.lower() if isinstance(said, str) else ""
    if word == "free":
        return None
    first, last = span(item.get("start"), item.get("end"))
    private = item.get("isPrivate") not in (None, False)
    subject = "" if private else plain.text(item.get("subject"))
    return Busy(first, last, _STATUS.get(word, BusyStatus.UNKNOWN), subject, private)


def _missing(view: str, entries: Sequence[Busy], start: datetime, end: datetime) -> list[Busy]:
    """Blocks for the slots that the view says are taken and no item explains."""
    width = timedelta(minutes=slot(start, end))
    digits = view[: slots(start, end)]
    said = digits.encode("ascii", "replace").translate(_WEIGHTS)
    shown = _shown(len(digits), entries, start, width)
    if said == shown:
        return []
    blocks: list[Busy] = []
    for index, digit in enumerate(digits):
        if said[index] <= shown[index]:
            continue
        status = _DIGIT.get(digit, BusyStatus.UNKNOWN)
        opens, closes = start + index * width, min(start + (index + 1) * width, end)
        if blocks and (blocks[-1].end, blocks[-1].status) == (opens, status):
            opens = blocks.pop().start
        blocks.append(Busy(opens, closes, status))
    return blocks


def _shown(count: int, entries: Sequence[Busy], start: datetime, width: timedelta) -> bytearray:
    """How much the items block each slot that they touch."""
    shown = bytearray(count)
    for entry in entries:
        weight = _WEIGHT[entry.status]
        first, last = (entry.start - start) // width, -((start - entry.end) // width)
        for index in range(max(0, first), min(count, last)):
            if shown[index] < weight:
                shown[index] = weight
    return shown


def _working(value: object) -> tuple[str | None, WorkingHours | None]:
    """The mailbox's zone name and hours, each None where it is not said properly."""
    if not isinstance(value, dict):
        return None, None
    zone = value.get("timeZone")
    name = plain.text(zone.get("name")) if isinstance(zone, dict) else ""
    days, start, end = value.get("daysOfWeek"), value.get("startTime"), value.get("endTime")
    try:
        hours = _hours(tuple(days), start, end) if isinstance(days, list) else None
    except (ValueError, TypeError, AttributeError):  # not days, or not even words
        hours = None
    return name or None, hours


@lru_cache(maxsize=256)
def _hours(days: tuple[str, ...], start: object, end: object) -> WorkingHours:
    named = frozenset(_DAYS.index(day.lower()) for day in days)
    return WorkingHours(named, clock_time(start), clock_time(end))
