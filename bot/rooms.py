"""Meeting rooms and their calendars, in the words of the field.

A room that could not be read carries the reason; it is never free and never busy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Room:
    """A room as the directory of places describes it.  None or "" means: not recorded."""

    address: str  # SMTP address of the mailbox, as written in the directory; the identity
    name: str
    capacity: int | None = None  # seats
    building: str = ""
    floor_number: int | None = None
    floor_label: str = ""
    city: str = ""
    state: str = ""
    country: str = ""  # as recorded: a name or an ISO 3166 code
    lists: tuple[str, ...] = ()  # display names of the room lists that hold it
    nickname: str = ""
    label: str = ""
    phone: str = ""
    audio: str = ""
    video: str = ""
    display: str = ""
    tags: tuple[str, ...] = ()
    accessible: bool | None = None  # wheelchair access
    booking_type: str = ""  # Graph's word: standard or reserved


class BusyStatus(StrEnum):
    """How Graph marks an entry (freeBusyStatus); `free` entries are dropped on reading."""

    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "oof"
    ELSEWHERE = "workingElsewhere"
    UNKNOWN = "unknown"  # a status that we do not know blocks the room


@dataclass(frozen=True, slots=True)
class Busy:
    """One entry of a room's calendar; aware UTC, end exclusive."""

    start: datetime
    end: datetime
    status: BusyStatus = BusyStatus.BUSY
    subject: str = ""  # "" when hidden from us
    private: bool = False

    def overlaps(self, start: datetime, end: datetime) -> bool:
        return self.start < end and start < self.end


class Cause(StrEnum):
    """Why a room could not be read."""

    DENIED = "denied"
    ON_PREMISES = "on-premises"
    NO_MAILBOX = "no mailbox"
    UNKNOWN_ADDRESS = "unknown address"
    TOO_MANY_ENTRIES = "too many entries"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    NOT_ANSWERED = "not answered"  # the answer left this room out
    GARBLED = "garbled"  # the answer about this room makes no sense
    STALE = "stale"  # what we know is too old to be shown
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The reason in plain words ("its mailbox is on-premises, Graph cannot see it")."""

    cause: Cause
    words: str
    code: str = ""  # Graph's own error code
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    days: frozenset[int]  # 0 = Monday
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room's calendar over a window, or why it could not be read.

    `busy` is in order of start and may overlap.  `zone` is the mailbox's own zone
    name as Graph says it (Windows or IANA), None where it says none.
    """

    room: Room
    read_at: datetime
    busy: tuple[Busy, ...] = ()
    zone: str | None = None
    hours: WorkingHours | None = None
    unreadable: Unreadable | None = None

    def clashes(self, start: datetime, end: datetime) -> tuple[Busy, ...]:
        """Every entry that touches the interval, tentative ones included."""
        return tuple(entry for entry in self.busy if entry.overlaps(start, end))

    def next_entry(self, after: datetime) -> datetime | None:
        """When the next entry starts, at or after `after`; None if the window holds none."""
        return min((entry.start for entry in self.busy if entry.start >= after), default=None)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every room that the directory lists, when it was read, and what was missing from it."""

    rooms: tuple[Room, ...]
    read_at: datetime
    problem: str = ""  # why the newest refresh failed, or room lists could not be read; a sentence
