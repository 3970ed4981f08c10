"""One entry of a mailbox's calendar, and the calendar that keeps them in order.

A calendar is read from the server's thread while a test writes to it, so it is replaced, never
changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal

Status = Literal["unknown", "free", "tentative", "busy", "oof", "workingElsewhere"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Organizer:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Event:
    """Aware UTC, end exclusive.  All-day entries float: midnight UTC stands for any midnight."""

    id: str
    start: datetime
    end: datetime
    organizer: Organizer
    subject: str = ""
    status: Status = "busy"
    private: bool = False
    all_day: bool = False
    location: str = ""
    response: str = "accepted"
    created: datetime | None = None  # None: a week before it starts

    def span(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """When it blocks, asked from `zone`: an all-day entry lasts from midnight there."""
        if not self.all_day:
            return self.start, self.end
        return self.start.replace(tzinfo=zone), self.end.replace(tzinfo=zone)


@dataclass(frozen=True, slots=True)
class _Book:
    events: tuple[Event, ...] = ()
    starts: tuple[datetime, ...] = ()
    longest: timedelta = timedelta()


class Calendar:
    """Events in order of start; a copy costs nothing until one of the two is written to."""

    __slots__ = ("_book",)

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._book = _Book()
        self.add(events)

    def add(self, events: Iterable[Event]) -> None:
        every = tuple(sorted((*self._book.events, *events), key=lambda event: event.start))
        longest = max((event.end - event.start for event in every), default=timedelta())
        self._book = _Book(every, tuple(event.start for event in every), longest)

    def copy(self) -> Calendar:
        twin = Calendar()
        twin._book = self._book
        return twin

    def remove(self, key: str) -> bool:
        """Whether there was an event of that id, which is gone now."""
        left = Calendar(event for event in self._book.events if event.id != key)
        gone = len(left) < len(self)
        self._book = left._book
        return gone

    def clear(self) -> None:
        self._book = _Book()

    def between(self, start: datetime, end: datetime) -> list[Event]:
        """Every event that touches the window, in order of start; all-day ones as in UTC."""
        book = self._book
        low = bisect_left(book.starts, start - book.longest)
        high = bisect_left(book.starts, end)
        return [event for event in book.events[low:high] if event.end > start]

    def blocking(
        self, start: datetime, end: datetime, zone: tzinfo
    ) -> list[tuple[datetime, datetime, Event]]:
        """As `between`, with the time that each event blocks when asked from `zone`."""
        spans = [(*event.span(zone), event) for event in self.between(start - _DAY, end + _DAY)]
        return [span for span in spans if span[0] < end and span[1] > start]

    def __len__(self) -> int:
        return len(self._book.events)
