"""Keeps the ledger: moves the minutes that have ended from memory into the database.

A minute whose writing failed is written the next time; one whose answer was lost in between may
be counted twice.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from bot.book import Ledger
from bot.errors import Trouble
from bot.ports import Clock
from bot.throttling import Bucket, Standing

log = logging.getLogger(__name__)

MINUTES = timedelta(days=2)  # for so long every minute is kept, then hours
HOURS = timedelta(days=8)
WAITING = 180  # minutes, while the database takes none


class Minutes(Protocol):
    """Where the minutes that have ended wait, bounded."""

    def take(self) -> tuple[Bucket, ...]: ...
    def current(self) -> Bucket: ...


@dataclass(frozen=True, slots=True)
class Felt:
    """The pressure on one client; implements bot.ports.Pressure.

    A minute stays among the recent ones until it is written, so that nobody who looks in between
    misses it; in the moment after it was written it may be seen twice.
    """

    source: Minutes
    stands: Callable[[], Standing]
    waiting: deque[Bucket] = field(default_factory=lambda: deque(maxlen=WAITING))

    def standing(self) -> Standing:
        return self.stands()

    def recent(self) -> tuple[Bucket, ...]:
        return (*self.ended(), self.source.current())

    def ended(self) -> tuple[Bucket, ...]:
        self.waiting.extend(self.source.take())
        return tuple(self.waiting)

    def written(self, buckets: tuple[Bucket, ...]) -> None:
        for _ in range(min(len(buckets), len(self.waiting))):
            self.waiting.popleft()


@dataclass(frozen=True, slots=True)
class Keeper:
    """Safe in many threads; call `keep` several times a minute, so that no minute is missed."""

    felt: Felt
    ledger: Ledger
    holder: str
    clock: Clock
    listeners: list[Callable[[Bucket], None]] = field(default_factory=list)
    _turn: deque[None] = field(default_factory=lambda: deque([None]))

    def keep(self) -> None:
        """Write down what has ended, and how it stands; never raises Trouble.

        One at a time: who comes meanwhile has nothing to do.
        """
        try:
            self._turn.pop()
        except IndexError:
            return
        try:
            self._keep()
        finally:
            self._turn.append(None)

    def tidy(self) -> None:
        """Make hours of old minutes, and forget the oldest."""
        now = self.clock()
        self.ledger.merge(now - MINUTES)
        self.ledger.forget(now - HOURS)

    def _keep(self) -> None:
        ended = self.felt.ended()
        try:
            self.ledger.write(self.holder, ended, self.felt.standing(), self.clock())
        except Trouble as trouble:
            log.warning("ledger.not_kept", extra={"minutes": len(ended), "why": str(trouble)})
            return
        self.felt.written(ended)
        for bucket in ended:
            for heard in self.listeners:
                heard(bucket)


class Alarm:
    """Rung in any thread, and answered once however often it was rung meanwhile."""

    def __init__(self) -> None:
        self._rung: deque[None] = deque(maxlen=1)

    def ring(self) -> None:
        self._rung.append(None)

    def answered(self) -> bool:
        """Whether it was rung since it was last answered."""
        try:
            self._rung.pop()
        except IndexError:
            return False
        return True
