"""In and out: who may go right now, what the others wait for, and who is told to come back.

Whoever waits looks again by itself after a second at the latest, so that no wake-up that is lost
costs more than that.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Condition, Event

from adapters.graph.breaker import Breaker
from adapters.graph.budget import ENDLESS
from adapters.graph.holdings import Holdings
from adapters.graph.ledger import Ledger
from adapters.graph.limits import MONITOR
from adapters.graph.naps import SLICE, Naps, told
from adapters.graph.pressure import Pressure
from adapters.graph.queue import Ask, Queue
from adapters.graph.rests import NONE, Rest, Rests
from adapters.graph.timing import Timing
from bot.errors import Throttled, Trouble
from bot.throttling import Step

_SLOWLY = 4  # requests of rounds at a time on step SLOW
_PAUSE = 5.0  # seconds until a round that pauses looks again


class Gate:
    """Shared by all threads of the process; `lock` guards it and all that it is given."""

    def __init__(
        self,
        lock: Condition,
        timing: Timing,
        naps: Naps,
        state: tuple[Holdings, Rests, Breaker, Pressure],
        ledger: Ledger,
    ) -> None:
        self._lock, self._timing, self._naps, self._ledger = lock, timing, naps, ledger
        self._holdings, self._rests, self._breaker, self._pressure = state
        self._queue = Queue()

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn; needs the lock."""
        return len(self._queue)

    def enter(self, ask: Ask) -> None:
        """Wait until it may go; Throttled at once where that would be after its patience."""
        wait, trouble = self._attempt(ask)
        if not wait:
            return
        began = self._timing.monotonic()
        try:
            while wait:
                self._await(ask, wait, trouble)
                wait, trouble = self._attempt(ask)
        finally:
            with self._lock:
                self._queue.drop(ask)
                self._wake()
            seconds = self._timing.monotonic() - began
            self._ledger.waited(ask.operation, ask.mailbox, ask.who.name, seconds)

    def leave(self, ask: Ask) -> None:
        with self._lock:
            self._holdings.leave(ask)
            if self._queue:
                self._wake()

    def send_away(self) -> None:
        """Whoever waits for a place looks up; needs the lock."""
        for ask in self._queue.order():
            if ask.gate:
                ask.gate.set()

    def _await(self, ask: Ask, wait: float, trouble: Trouble | None) -> None:
        left = self._timing.left(ask.until)
        if trouble is not None:
            self._naps.rest(wait, trouble, ask.until)
        elif wait == ENDLESS:
            if not left:
                raise Throttled(_crowded(ask), timedelta(seconds=1))
            assert ask.gate is not None
            ask.gate.wait(min(left, SLICE))
            ask.gate.clear()
        else:
            if wait >= left:
                text = "The bot keeps below a limit of Microsoft's, and others ask as well"
                raise Throttled(text, timedelta(seconds=wait))
            self._timing.sleep(min(wait, SLICE))

    def _attempt(self, ask: Ask) -> tuple[float, Trouble | None]:
        """0 when it went; seconds and why in a cool-down; ENDLESS until a place is free."""
        with self._lock:
            self._naps.check()
            now = self._timing.monotonic()
            rest = self._resting(ask, now)
            if rest[0]:
                self._queue.drop(ask)
                return rest
            if wait := self._wait(ask, now):
                ask.gate = ask.gate or Event()
                self._queue.add(ask)
                return wait, None
            self._holdings.take(ask, now)
            if self._queue:
                self._queue.went(ask)
                self._wake()
            return 0.0, None

    def _resting(self, ask: Ask, now: float) -> Rest:
        rest = self._rests.longest(ask.units, now)
        if MONITOR in ask.units:
            return rest
        if rest[0]:
            if not ask.is_round and self._step(now) is Step.RATIONED:
                raise told(rest[1], rest[0])  # a person is told when to ask again
            return rest
        # Graph is down: the breaker lets a round try now and then, and holds back the others.
        if not ask.is_round or self._step(now) < Step.PAUSED or self._breaker.is_open:
            return NONE
        wait = timedelta(seconds=_PAUSE)
        return _PAUSE, Throttled("Scheduled checks pause while Microsoft 365 is throttled", wait)

    def _step(self, now: float) -> Step:
        self._pressure.judge(now)
        return self._pressure.step

    def _wait(self, ask: Ask, now: float) -> float:
        """Seconds until it is its turn; ENDLESS until somebody leaves a place."""
        if self._is_held_back(ask):
            return ENDLESS
        if not self._queue:
            return self._holdings.wait(ask, now, {}, {}, spare=ask.is_round)
        self._queue.add(ask)
        units: dict[str, int] = {}
        places: dict[str, int] = {}
        for other in self._queue.order():
            if other is ask:
                break
            if not self._is_held_back(other):
                self._holdings.reserve(other, now, units, places)
        # A round whose turn is owed may take what is otherwise left to people.
        spare = ask.is_round and not (self._queue.owes_a_round and not units and not places)
        return self._holdings.wait(ask, now, units, places, spare=spare)

    def _is_held_back(self, ask: Ask) -> bool:
        """Whether the ladder keeps it from going now; then it keeps no place from others."""
        if not ask.is_scheduled or self._pressure.step < Step.SLOW:
            return False
        return self._holdings.rounds >= _SLOWLY

    def _wake(self) -> None:
        """Those that may have a place now look for themselves."""
        now = self._timing.monotonic()
        units: dict[str, int] = {}
        places: dict[str, int] = {}
        for ask in self._queue.order():
            if self._is_held_back(ask) or ask.gate is None:
                continue
            if self._holdings.reserve(ask, now, units, places):
                ask.gate.set()


def _crowded(ask: Ask) -> str:
    if ask.is_round:
        return "Scheduled checks ask slowly, and others are before this one"
    return "Too many questions wait for one mailbox"
