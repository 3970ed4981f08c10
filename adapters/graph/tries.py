"""The breaker's pass: while Graph is down one asks, and those who come meanwhile share its outcome.

Who must rest for a reason of its own does so first, so that nobody holds the one try asleep.
"""

from __future__ import annotations

from threading import Condition

from adapters.graph.breaker import Breaker, Way
from adapters.graph.naps import Naps, told
from adapters.graph.question import GRAPH
from adapters.graph.queue import Ask
from adapters.graph.rests import NONE, Rest, Rests
from adapters.graph.timing import Timing
from bot.errors import Trouble, Unreachable

_LOOK = 3.0  # seconds that one waits for another's try


class Tries:
    """Shared by all threads of the process; `lock` guards what it is given."""

    def __init__(
        self, lock: Condition, timing: Timing, naps: Naps, breaker: Breaker, rests: Rests
    ) -> None:
        self._lock, self._timing, self._naps = lock, timing, naps
        self._breaker, self._rests = breaker, rests

    def enter(self, ask: Ask) -> bool:
        """Whether it is the one to try; raises where it need not ask."""
        if not self._breaker.is_open:
            return False
        while (rest := self._own_rest(ask))[0]:
            self._naps.rest(*rest, ask.until)
        return self._pass(ask)

    def ended(self) -> None:
        """The try is over, with or without an outcome."""
        with self._lock:
            self._breaker.tried()
            self._lock.notify_all()

    def _own_rest(self, ask: Ask) -> Rest:
        """How long it must rest while others need not; raises where it would not get a try."""
        with self._lock:
            now = self._timing.monotonic()
            if self._breaker.is_shut(ask.who.urgency, now):
                raise self._down()
            every = self._rests.longest(ask.units, now)
            if every[0] and every[0] >= ask.until - now:
                raise told(every[1], every[0])
            own = [budget for budget in ask.units if budget != GRAPH]
            return self._rests.longest(own, now) if self._breaker.is_open else NONE

    def _pass(self, ask: Ask) -> bool:
        with self._lock:
            end = self._timing.monotonic() + _LOOK
            while (way := self._way(ask)) is Way.WAIT:
                tries = self._breaker.tries
                left = min(end - self._timing.monotonic(), self._timing.left(ask.until))
                if left <= 0 or not self._lock.wait(left) or self._breaker.tries != tries:
                    break
            if way is not Way.WAIT or not self._breaker.is_open:
                return way is Way.TRY
            raise self._down()

    def _way(self, ask: Ask) -> Way:
        self._naps.check()
        way = self._breaker.way(ask.who.urgency, self._timing.monotonic())
        if way is Way.SHUT:
            raise self._down()
        return way

    def _down(self) -> Trouble:
        trouble = self._breaker.trouble or Unreachable("Microsoft Graph does not answer")
        return trouble.with_traceback(None)
