"""A room's day as a timeline in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.reply import Span
from bot.rooms import Busy, BusyStatus, RoomState
from handlers.details import spell_clock
from handlers.fit import SOFT


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a room in the reader's zone, and what is known of it."""

    day: date
    zone: ZoneInfo
    start: datetime
    end: datetime
    state: RoomState


def state_now(seen: Day, now: datetime) -> str:
    """As in: free until 17:30."""
    entries = seen.state.clashes(now, now + timedelta(microseconds=1))
    # A tentative entry beside a firm one does not make the room any less busy.
    if current := [e for e in entries if e.status not in SOFT] or list(entries):
        until = max(entry.end for entry in current)
        return f"{words(current[0])} until {clock(seen, until)}"
    following = seen.state.next_entry(now)
    return f"free until {clock(seen, following)}" if following else "free until the end of the day"


def timeline(seen: Day) -> list[Busy | tuple[datetime, datetime]]:
    """The day's entries in order, with the free gaps between them as (start, end)."""
    made: list[Busy | tuple[datetime, datetime]] = []
    at = seen.start
    for entry in seen.state.busy:
        if not entry.overlaps(seen.start, seen.end):
            continue
        if entry.start > at:
            made.append((at, entry.start))
        made.append(entry)
        at = max(at, entry.end)
    return [*made, (at, seen.end)] if at < seen.end else made


def row(
    seen: Day, entry: Busy | tuple[datetime, datetime], subjects: bool
) -> tuple[Span, ...]:  # fmt: skip
    """From, to, state; and the subject where the setting allows it, never a private one."""
    if not isinstance(entry, Busy):
        row: tuple[Span, ...] = (clock(seen, entry[0]), clock(seen, entry[1]), "free")
        return (*row, "") if subjects else row
    row = (clock(seen, entry.start), clock(seen, entry.end), words(entry))
    if not subjects:
        return row
    return (*row, "private" if entry.private else entry.subject or "hidden by the calendar")


def words(entry: Busy) -> str:
    return {
        BusyStatus.TENTATIVE: "tentative",
        BusyStatus.BUSY: "busy",
        BusyStatus.OUT_OF_OFFICE: "out of office",
        BusyStatus.ELSEWHERE: "working elsewhere",
        BusyStatus.UNKNOWN: "busy (a status I do not know)",
    }[entry.status]


def clock(seen: Day, at: datetime) -> str:
    """The time of day; with the date where it is another day's."""
    return "24:00" if at == seen.end else spell_clock(at, seen.zone, seen.day)
