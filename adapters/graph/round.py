"""One reading of many calendars: chunks side by side, and each failed one asked again by itself.

What fails is asked another way: through another mailbox, or in halves.  That is bounded: never
more than 4 questions a chunk and 12 on top (each of a few requests, see wire.py), and
while nothing at all is answered only four of these are tried: then it is Graph and not a room.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Executor, Future
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from queue import Empty, SimpleQueue

from adapters.graph.asker import working
from adapters.graph.governor import Governor
from adapters.graph.pace import Pace, chunks
from adapters.graph.paths import Paths
from adapters.graph.reason import NOT_TRIED, SETTLED, of_trouble
from adapters.graph.refusal import Broken, Garbled, SignInRefused, Slowed, TooSlow
from adapters.graph.schedule import Schedules, Window
from adapters.graph.timing import Timing
from bot.asking import Urgency
from bot.errors import Forbidden, Missing, Throttled, Trouble, Unreachable
from bot.rooms import Room, RoomState, Unreadable

WIDTH = 80  # questions of one reading that are under way at a time
NARROW = 24  # ... of one for which nobody waits, so that people find workers free
_EACH, _EXTRA = 3, 12  # questions beyond the first that a chunk, and the whole, may cost
_BLIND = 4  # ... as long as nothing was answered
_REFUSALS = 3  # mailboxes that may refuse a chunk before it is given up
_THROTTLED = 2  # ... or be throttled, before one is waited for

# About the window and not about a room: the same in halves.
_HOPELESS = frozenset(
    {
        "ErrorInvalidMergedFreeBusyInterval",
        "ErrorInvalidTimeInterval",
        "ErrorTimeIntervalTooBig",
        "TimeZoneNotSupportedException",
    }
)


_Flight = Future[list[RoomState]]


@dataclass(frozen=True, slots=True)
class Tools:
    """What every reading needs."""

    schedules: Schedules
    pool: Executor
    paths: Paths
    pace: Pace
    timing: Timing
    governor: Governor


@dataclass(frozen=True, slots=True)
class _Ask:
    rooms: tuple[Room, ...]
    through: str
    tried: frozenset[str] = frozenset()
    patient: bool = False

    @property
    def refused(self) -> frozenset[str]:
        return self.tried | {self.through}


class Round:
    """Lives for one question; runs in the asking thread, its questions in the pool."""

    def __init__(
        self, tools: Tools, window: Window, until: float, done: Callable[[RoomState], None]
    ) -> None:
        """`done` hears each room's state as soon as it is known, and once."""
        self._tools, self._window, self._until, self._done = tools, window, until, done
        self._todo: deque[_Ask] = deque()
        self._flying: dict[_Flight, _Ask] = {}
        self._landed: SimpleQueue[_Flight] = SimpleQueue()
        self._failed: deque[tuple[_Ask, Trouble]] = deque()
        self._own: dict[str, Unreadable] = {}  # why a mailbox did not let itself be asked
        self._width = NARROW if working().urgency is Urgency.ROUND else WIDTH
        self._answered = False
        self._blind = _BLIND
        self._spare = 0

    def read(self, rooms: Sequence[Room]) -> None:
        """Every room gets its state; SignInRefused ends it for all."""
        for chunk in chunks(rooms, self._tools.pace.size):
            through = self._tools.paths.first(room.address for room in chunk)
            self._todo.append(_Ask(chunk, through))
        self._spare = _EXTRA + _EACH * len(self._todo)
        while self._send():
            try:
                future = self._landed.get(timeout=self._tools.timing.left(self._until))
            except Empty:
                return self._give_up_all()
            self._land(self._flying.pop(future), future)
            self._ask_again()
        return None

    def _send(self) -> bool:
        """Whether anything is under way, after everything that may go has gone."""
        while self._todo and len(self._flying) < self._width:
            ask = self._todo.popleft()
            work = partial(
                self._tools.schedules.ask,
                ask.rooms,
                ask.through,
                self._window,
                self._until,
                patient=ask.patient,
            )
            try:
                future = self._tools.pool.submit(copy_context().run, work)
            except RuntimeError:  # the pool takes no more
                raise Unreachable("The bot is closing") from None
            self._flying[future] = ask
            future.add_done_callback(self._landed.put)
        return bool(self._flying)

    def _land(self, ask: _Ask, future: _Flight) -> None:
        try:
            states = future.result()
        except SignInRefused:
            raise
        except CancelledError:
            raise Unreachable("The bot is closing") from None
        except Trouble as trouble:
            self._note(ask, trouble)
            self._failed.append((ask, trouble))
            return
        self._answered = True
        self._tools.paths.worked(ask.through)
        for state in states:
            self._hear(state)

    def _hear(self, state: RoomState) -> None:
        own = self._own.get(state.room.address)
        if state.unreadable and own and state.unreadable.cause not in SETTLED:
            state = replace(state, unreadable=own)
        self._done(state)

    def _note(self, ask: _Ask, trouble: Trouble) -> None:
        match trouble:
            case Forbidden() | Missing():
                self._tools.paths.refused(ask.through)
                self._own[ask.through] = of_trouble(trouble)
            case TooSlow():
                self._tools.pace.too_slow(len(ask.rooms))
            case _:
                pass

    def _ask_again(self) -> None:
        """Failed questions wait until something was answered, or nothing is under way."""
        while self._failed and (self._answered or not (self._todo or self._flying)):
            ask, trouble = self._failed.popleft()
            anew = self._otherwise(ask, trouble)
            budget = self._spare if self._answered else min(self._spare, self._blind)
            if not anew or len(anew) > budget:
                self._give_up(ask, trouble)
                continue
            self._spare -= len(anew)
            self._blind -= 0 if self._answered else len(anew)
            self._todo.extend(anew)

    def _otherwise(self, ask: _Ask, trouble: Trouble) -> list[_Ask]:
        """How else to ask; nothing where that would not help."""
        match trouble:
            case Throttled():
                return self._when_throttled(ask, trouble)
            case Missing():
                return self._around(ask, len(ask.rooms) + 1)
            case Forbidden() | Garbled():
                return self._around(ask, _REFUSALS)
            case Unreachable() if not isinstance(trouble, TooSlow | Broken):
                return []  # it was asked several times already
            case _:
                return [] if trouble.code in _HOPELESS else self._halves(ask)

    def _when_throttled(self, ask: _Ask, trouble: Throttled) -> list[_Ask]:
        """Through another mailbox, else again when this one may be asked; waits for one at most."""
        if isinstance(trouble, Slowed) and trouble.everywhere:
            return []  # it was waited for already, or is too long to wait for
        if around := self._around(ask, _THROTTLED):
            return around
        left = self._tools.timing.left(self._until)
        if ask.patient or trouble.retry_after.total_seconds() >= left:
            return []
        return [replace(ask, patient=True)]

    def _around(self, ask: _Ask, most: int) -> list[_Ask]:
        """Through another mailbox, if fewer than `most` have refused."""
        left = most - len(ask.refused)
        if left < 1:
            return []
        own = (room.address for room in ask.rooms)
        through = self._tools.paths.another(own, ask.refused, last=left == 1)
        return [_Ask(ask.rooms, through, ask.refused)] if through else []

    def _halves(self, ask: _Ask) -> list[_Ask]:
        if len(ask.rooms) == 1:
            return []
        parts = chunks(ask.rooms, -(-len(ask.rooms) // 2))
        return [_Ask(part, self._tools.paths.first(r.address for r in part)) for part in parts]

    def _give_up(self, ask: _Ask, trouble: Trouble) -> None:
        # A mailbox that is not there says nothing about its neighbours; a denial may, and where
        # several in turn denied it nothing better is known.
        shared = NOT_TRIED if isinstance(trouble, Missing) else of_trouble(trouble)
        at = self._tools.timing.clock()
        for room in ask.rooms:
            why = self._own.get(room.address, shared)
            self._done(RoomState(room, at, unreadable=why))

    def _give_up_all(self) -> None:
        late = TooSlow("Microsoft Graph did not answer in time")
        for ask in (*self._flying.values(), *self._todo):
            self._give_up(ask, late)
        for ask, trouble in self._failed:
            self._give_up(ask, trouble)
