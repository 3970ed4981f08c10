"""What the calendars of the next days tell of booking: overlaps and meetings unanswered.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from bot.finding import Finding, Remedy, Severity
from bot.rooms import Busy, BusyStatus, Room, RoomState
from bot.wording import few, plural
from handlers.cmdlet import each

TELLS = ("rooms/overlap", "rooms/unanswered")  # beginnings of the fingerprints told here
_PROCESSING = "Get-CalendarProcessing -Identity $_"


def is_odd(state: RoomState) -> bool:
    """Whether it must be looked at again before its turn."""
    return _twice(state.busy) or _waits(state.busy)


def overlapping(states: Sequence[RoomState]) -> list[Finding]:
    """Rooms that are booked twice at the same time within the window."""
    return _finding(
        "rooms/overlap",
        [state.room for state in states if _twice(state.busy)],
        "with overlapping meetings in the next three days",
        "Two parties stand before one door.",
        "See whether conflicts are allowed; if not, somebody writes into the calendar directly.",
        "Identity,AutomateProcessing,AllowConflicts,ConflictPercentageAllowed",
        Severity.WARNING,
    )


def unanswered(states: Sequence[RoomState]) -> list[Finding]:
    """Rooms with a meeting that they hold as tentative only."""
    return _finding(
        "rooms/unanswered",
        [state.room for state in states if _waits(state.busy)],
        "with tentative meetings in the next three days",
        "Whoever asked does not know whether they have the room.",
        "AutomateProcessing must be AutoAccept, or a delegate must answer.",
        "Identity,AutomateProcessing,AllBookInPolicy,ResourceDelegates",
        Severity.INFO,
    )


def _waits(busy: Sequence[Busy]) -> bool:
    return any(entry.status is BusyStatus.TENTATIVE for entry in busy)


def _twice(busy: Sequence[Busy]) -> bool:
    firm = [entry for entry in busy if entry.status is not BusyStatus.TENTATIVE]
    return any(one.overlaps(other.start, other.end) for one, other in combinations(firm, 2))


def _finding(
    fingerprint: str,
    rooms: Sequence[Room],
    said: str,
    consequence: str,
    words: str,
    columns: str,
    severity: Severity,
) -> list[Finding]:
    if not rooms:
        return []
    summary = f"{plural(len(rooms), 'room')} {said}: {few([room.name for room in rooms])}."
    addresses = tuple(room.address for room in rooms)
    remedy = Remedy(words, each(addresses, _PROCESSING, columns))
    return [Finding(fingerprint, "rooms", summary, severity, consequence, remedy, rooms=addresses)]
