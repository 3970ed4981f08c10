"""The one gate that every request to Graph passes: how many at once, and when again.

A budget is what a limit counts: one mailbox (Outlook allows each app four requests at a time in
each mailbox), or a service where there is no mailbox.  A cool-down is shared: once a Retry-After
was heard, no thread asks that budget before it is over.
https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from threading import Condition

from adapters.graph.question import PLACES
from adapters.graph.refusal import Slowed
from adapters.graph.timing import Timing
from bot.errors import Throttled, Trouble, Unreachable

AT_ONCE = 4  # requests of one app in one mailbox
_SLICE = 1.0  # seconds after which a sleeper looks up, so that a close is noticed


_Rest = tuple[float, Trouble]  # seconds, or the time when it ends, and what caused it


class Governor:
    """Shared by all threads of the process."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._changed = Condition()
        self._in_flight: Counter[str] = Counter()
        self._cool_until: dict[str, _Rest] = {}
        self._closed = False

    @contextmanager
    def turn(self, budgets: Sequence[str], until: float) -> Iterator[None]:
        """Wait until the request may go; Throttled at once where that would be after `until`."""
        # Graph itself sends a batch to Outlook only so many items at a time.
        counted = {b: min(n, AT_ONCE) for b, n in Counter(budgets).items() if _is_limited(b)}
        self._enter(budgets, counted, until)
        try:
            yield
        finally:
            with self._changed:
                self._in_flight.subtract(counted)
                for budget in counted:
                    if not self._in_flight[budget]:
                        del self._in_flight[budget]
                self._changed.notify_all()

    def cool(self, budget: str, seconds: float, trouble: Trouble) -> None:
        """Leave it alone so long from now; never shortens what was asked before.

        `trouble` is what those will hear who do not have the patience.
        """
        with self._changed:
            now = self._timing.monotonic()
            end, _ = self._cool_until.get(budget, (now, trouble))
            if now + seconds >= end:
                running = {key: rest for key, rest in self._cool_until.items() if rest[0] > now}
                self._cool_until = running | {budget: (now + seconds, trouble)}

    def cooling(self, *budgets: str) -> float:
        """Seconds until all of them may be asked again."""
        with self._changed:
            return self._cooling(budgets)[0]

    def close(self) -> None:
        """Whoever waits is sent away."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def nap(self, seconds: float, until: float) -> None:
        """Sleep in slices, not beyond `until`; Unreachable when the bot closes meanwhile."""
        end = min(self._timing.monotonic() + seconds, until)
        while (left := end - self._timing.monotonic()) > 0:
            if self._closed:
                raise Unreachable("The bot is closing")
            self._timing.sleep(min(left, _SLICE))

    def _enter(self, budgets: Sequence[str], counted: dict[str, int], until: float) -> None:
        while (rest := self._try(budgets, counted, until))[0]:
            wait, trouble = rest
            if wait >= self._timing.left(until):
                heard = trouble.later(wait) if isinstance(trouble, Slowed) else trouble
                raise heard.with_traceback(None)
            self.nap(wait, until)

    def _try(self, budgets: Sequence[str], counted: dict[str, int], until: float) -> _Rest:
        """0 seconds when entered, else how long a cool-down lasts and why."""
        with self._changed:
            while not (rest := self._cooling(budgets))[0] and self._is_full(counted):
                self._await_a_place(until)
            if not rest[0]:
                self._in_flight.update(counted)
            return rest

    def _await_a_place(self, until: float) -> None:
        if self._closed:
            raise Unreachable("The bot is closing")
        left = self._timing.left(until)
        if not left:
            raise Throttled("Too many questions wait for one mailbox", timedelta(seconds=1))
        self._changed.wait(min(left, _SLICE))

    def _is_full(self, counted: dict[str, int]) -> bool:
        flying = self._in_flight
        return any(flying[budget] + n > AT_ONCE for budget, n in counted.items())

    def _cooling(self, budgets: Sequence[str]) -> _Rest:
        now = self._timing.monotonic()
        rests = [self._cool_until[budget] for budget in budgets if budget in self._cool_until]
        end, trouble = max(rests, key=_end, default=(now, Trouble("")))
        return max(0.0, end - now), trouble


def _end(rest: _Rest) -> float:
    return rest[0]


def _is_limited(budget: str) -> bool:
    # Places have no mailbox of their own; Outlook's four are taken to hold for them too.
    return budget.startswith("mailbox:") or budget == PLACES
