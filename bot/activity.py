"""What Microsoft wrote down of one app's requests to Graph: how many, how many it refused, where.

The log comes late.  What it does not tell of yet is None, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.finding import Evidence

WIDTH = timedelta(minutes=10)  # of a spell
DAY = timedelta(hours=24)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Calls:
    """`throttled` were answered 429, `unavailable` 502, 503, 504 or 509."""

    requests: int = 0
    throttled: int = 0
    unavailable: int = 0

    def __add__(self, other: Calls) -> Calls:
        return Calls(
            self.requests + other.requests,
            self.throttled + other.throttled,
            self.unavailable + other.unavailable,
        )

    @property
    def share(self) -> float:
        """The throttled part of all, from 0 to 1."""
        return self.throttled / self.requests if self.requests else 0.0


NONE = Calls()


@dataclass(frozen=True, slots=True)
class Spell:
    """WIDTH long from `at`; where nothing was asked there is none."""

    at: datetime
    calls: Calls


@dataclass(frozen=True, slots=True)
class Hour:
    """`calls` is None where the log does not tell."""

    at: datetime
    calls: Calls | None


@dataclass(frozen=True, slots=True)
class Worst:
    """A mailbox or an operation, and what became of the requests about it."""

    name: str  # an address or object id; "GET users/{id}/calendarView"
    calls: Calls


@dataclass(frozen=True, slots=True)
class Seen:
    """One app's requests over a day, as the log had them at `read_at`.

    `first` and `until` are the oldest and newest request of any app in that day, so `until` is
    how far the log tells; both are None where nothing arrived at all.
    """

    app_id: str
    since: datetime
    read_at: datetime
    first: datetime | None
    until: datetime | None
    spells: tuple[Spell, ...] = ()  # in order
    mailboxes: tuple[Worst, ...] = ()  # with a 429, the most first
    operations: tuple[Worst, ...] = ()  # likewise
    whole: bool = True  # False: Azure Monitor gave a part, so there may be more
    evidence: tuple[Evidence, ...] = ()

    @property
    def late(self) -> timedelta | None:
        """How far the log is behind."""
        return max(timedelta(), self.read_at - self.until) if self.until else None

    @property
    def day(self) -> Calls:
        return total(self.spells)

    @property
    def last_hour(self) -> Calls:
        """The last hour that the log tells of, to within a spell."""
        if self.until is None:
            return NONE
        return total(spell for spell in self.spells if spell.at > self.until - _HOUR)

    @property
    def hours(self) -> tuple[Hour, ...]:
        """The last 24, the one under way included."""
        last = self.read_at.replace(minute=0, second=0, microsecond=0)
        return tuple(self._hour(last - _HOUR * back) for back in reversed(range(24)))

    def _hour(self, at: datetime) -> Hour:
        if not self.first or not self.until or at > self.until or at + _HOUR <= self.first:
            return Hour(at, None)
        told = [spell for spell in self.spells if at <= spell.at < at + _HOUR]
        return Hour(at, total(told) if told or self.whole else None)


def total(spells: Iterable[Spell]) -> Calls:
    return sum((spell.calls for spell in spells), NONE)
