"""The one gate that every request to Graph passes: who goes next, how many at once, when again.

A budget is what a limit counts: one mailbox, a service, or Graph as a whole (limits.py).  A
cool-down is shared: once a Retry-After was heard, no thread asks that budget before it is over.
Waits are measured in monotonic time, so that a clock that jumps harms none.
https://learn.microsoft.com/graph/throttling
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isfinite, nan
from threading import Condition

import structlog

from adapters.graph.asker import working
from adapters.graph.breaker import Breaker
from adapters.graph.gate import Gate
from adapters.graph.holdings import Holdings
from adapters.graph.ledger import Ledger
from adapters.graph.limits import LIMITS, Limits, of_size
from adapters.graph.naps import Naps
from adapters.graph.pressure import Pressure
from adapters.graph.question import GRAPH, Question, mailbox_of
from adapters.graph.queue import Ask
from adapters.graph.refusal import Answer, Slowed, Unavailable
from adapters.graph.rests import Rests
from adapters.graph.timing import Timing
from adapters.graph.tries import Tries
from bot.errors import Trouble
from bot.throttling import Standing, Step

log = structlog.get_logger(__name__)

AT_ONCE = 4  # requests of one app in one mailbox
_DEAREST = 1_000.0  # resource units that one question is believed to cost


class Governor:
    """Shared by all threads of the process."""

    def __init__(self, timing: Timing, limits: Limits = LIMITS) -> None:
        self._timing, self._naps = timing, Naps(timing)
        self._lock = Condition()
        self._holdings, self._rests, self._breaker = Holdings(limits), Rests(), Breaker()
        self._pressure = Pressure(timing, self._holdings, self._rests, self._breaker)
        self._listeners: list[Callable[[], None]] = []
        self.ledger = Ledger(timing.clock)
        state = self._holdings, self._rests, self._breaker, self._pressure
        self._gate = Gate(self._lock, timing, self._naps, state, self.ledger)
        self._tries = Tries(self._lock, timing, self._naps, self._breaker, self._rests)

    # what a request does

    @contextmanager
    def turn(self, budgets: Sequence[str], until: float, operation: str = "") -> Iterator[None]:
        """Wait until the request may go; Throttled at once where that would be after `until`."""
        ask = self._ask(budgets, until, operation)
        trying = GRAPH in ask.units and self._tries.enter(ask)
        try:
            self._gate.enter(ask)
            try:
                yield
            finally:
                self._gate.leave(ask)
        finally:
            if trying:
                self._tries.ended()

    def heard(self, question: Question, answer: Answer, retry_after: float) -> None:
        """An answer to one request, or to one item of a batch: count it and learn from it."""
        budget = question.budgets[0]
        mailbox = mailbox_of(budget)
        self.ledger.answered(
            question.operation, mailbox, working().name, answer.status, retry_after
        )
        with self._lock:
            now = self._timing.monotonic()
            if not mailbox and budget != GRAPH:
                self._learn(budget, question.budgets.count(budget), answer.headers, now)
            self._pressure.beat(answer.status, retry_after, now)
        self._tell()

    def answered(self, refused: Trouble | None = None) -> None:
        """A whole request was answered, with a refusal perhaps; so Graph is there, or says not."""
        if isinstance(refused, Unavailable):
            self._failed(refused)
        elif self._breaker.trouble is not None:
            with self._lock:
                self._breaker.answered()
                self._pressure.judge(self._timing.monotonic(), at_once=True)
            self._tell()

    def lost(self, question: Question, trouble: Trouble) -> None:
        """Nothing came back."""
        self.ledger.answered(question.operation, mailbox_of(question.budgets[0]), working().name, 0)
        # One that takes too long is no sign that Graph is down.
        if isinstance(trouble, Unavailable):
            self._failed(trouble)

    def _failed(self, trouble: Trouble) -> None:
        with self._lock:
            now = self._timing.monotonic()
            self._breaker.failed(trouble, now)
            self._pressure.judge(now, at_once=True)
        self._tell()

    def cool(self, budget: str, seconds: float, trouble: Trouble) -> None:
        """Leave it alone so long from now; never shortens what was asked before.

        `trouble` is what those will hear who do not have the patience.
        """
        with self._lock:
            now = self._timing.monotonic()
            self._rests.add(budget, now + seconds, trouble, now)
            if isinstance(trouble, Slowed):
                self._holdings.of(budget, now).hurt(0.5, now)
            self._pressure.judge(now, at_once=budget == GRAPH)
        self._tell()

    def cooling(self, *budgets: str) -> float:
        """Seconds until all of them may be asked again."""
        with self._lock:
            return self._rests.longest(budgets, self._timing.monotonic())[0]

    def nap(self, seconds: float, until: float) -> None:
        """Sleep in slices, not beyond `until`; Unreachable when the bot closes meanwhile."""
        self._naps.nap(seconds, until)

    # what others want to know and to set

    def standing(self) -> Standing:
        """The step of the ladder, what cools down and how much room is left."""
        with self._lock:
            standing = self._pressure.standing(self._timing.monotonic())
        self._tell()
        return standing

    @property
    def step(self) -> Step:
        """Of the ladder, as of now."""
        with self._lock:
            self._pressure.judge(self._timing.monotonic(), at_once=True)
            step = self._pressure.step
        self._tell()
        return step

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn."""
        with self._lock:
            return self._gate.waiting

    def listen(self, changed: Callable[[], None]) -> None:
        """Call it when the step changes, many 429s come, or a long wait is asked for.

        It is called in the asking thread, so it must only take note; what it raises is logged.
        """
        self._listeners.append(changed)

    def share(self, replicas: int) -> None:
        """So many replicas of the bot, this one included, use the same app's limits."""
        with self._lock:
            self._holdings.share = 1.0 / max(1, replicas)

    def size(self, users: int) -> None:
        """The tenant has so many users, which decides what its directory allows."""
        with self._lock:
            limits = of_size(self._holdings.limits, users)
            self._holdings.relimit(limits)

    def close(self) -> None:
        """Whoever waits is sent away."""
        with self._lock:
            self._naps.close()
            self._gate.send_away()
            self._lock.notify_all()

    def _ask(self, budgets: Sequence[str], until: float, operation: str) -> Ask:
        units: dict[str, int] = {}
        for budget in budgets:
            units[budget] = units.get(budget, 0) + 1
        if GRAPH in units:  # which counts what is in a batch singly
            units[GRAPH] = max(1, len(budgets) - 1)
        # Graph itself sends a batch to Outlook only so many items at a time.
        counted = {b: min(n, AT_ONCE) for b, n in units.items() if self._holdings.is_counted(b)}
        return Ask(units, counted, working(), until, operation)

    # what was learned

    def _learn(self, budget: str, charged: int, headers: Mapping[str, str], now: float) -> None:
        """https://learn.microsoft.com/graph/throttling-limits#response-headers"""
        held = self._holdings.of(budget, now)
        cost = _number(headers.get("x-ms-resource-unit"))
        if cost is not None and cost > charged:
            held.take(min(cost, _DEAREST) - charged, now)
        used = _number(headers.get("x-ms-throttle-limit-percentage"))
        if used is not None:
            held.told(used, now)

    def _tell(self) -> None:
        if not self._pressure.has_news:
            return
        with self._lock:
            listeners = self._listeners if self._pressure.news() else ()
        for changed in listeners:
            try:
                changed()
            except Exception:  # the door to the listeners: no answer is lost over their bugs
                log.exception("graph.listener_bug")


def _number(said: str | None) -> float | None:
    try:
        number = float(said) if said is not None else nan
    except ValueError:
        return None
    return number if isfinite(number) else None
