"""While Graph is down one request at a time finds out whether it is back; nobody else asks.

People always get that try, and those who come meanwhile share its outcome; a round gets one now
and then.  Not safe for threads by itself.
"""

from __future__ import annotations

from enum import Enum, auto

from adapters.graph.budget import ENDLESS
from bot.asking import Urgency
from bot.errors import Trouble

_OPENS = 6  # requests in a row that did not reach it
_EVERY = 15.0  # seconds between two tries of rounds
_TRY = 30.0  # seconds after which one that has not ended keeps others from trying no more


class Way(Enum):
    OPEN = auto()
    TRY = auto()  # ask, and tell what came of it
    WAIT = auto()  # somebody tries just now
    SHUT = auto()


class Breaker:
    """`tries` grows with each try that ended."""

    def __init__(self) -> None:
        self._failures = 0
        self._next = 0.0
        self._trying_until = -ENDLESS
        self.tries = 0
        self.trouble: Trouble | None = None

    @property
    def is_open(self) -> bool:
        """Whether requests are held back."""
        return self._failures >= _OPENS

    def way(self, urgency: Urgency, now: float) -> Way:
        if not self.is_open:
            return Way.OPEN
        if self.is_shut(urgency, now):
            return Way.SHUT
        if now < self._trying_until:
            return Way.WAIT
        self._trying_until = now + _TRY
        self._next = now + _EVERY
        return Way.TRY

    def is_shut(self, urgency: Urgency, now: float) -> bool:
        """Whether it is held back without a look at who tries."""
        return self.is_open and urgency is Urgency.ROUND and now < self._next

    def answered(self) -> None:
        """Graph said something, whatever it was."""
        self._failures, self.trouble = 0, None

    def failed(self, trouble: Trouble, now: float) -> None:
        self._failures += 1
        self.trouble = trouble
        if self._failures == _OPENS:
            self._next = now + _EVERY

    def tried(self) -> None:
        """The try is over, with or without an outcome."""
        self._trying_until = -ENDLESS
        self.tries += 1
