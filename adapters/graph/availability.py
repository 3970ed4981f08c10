"""Rooms' calendars over a window: from memory, from a question under way, or asked anew.

The same room over the same window is asked once, however many people ask at a time.  While
Microsoft slows the bot down a person gets what is remembered, with its age, and is told when to
ask again where it must be left alone; a round waits for its turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from adapters.graph.asker import working
from adapters.graph.memory import STALE, Memory
from adapters.graph.question import GRAPH, mailbox
from adapters.graph.reason import SETTLED, left_alone, of_trouble
from adapters.graph.refusal import TooSlow
from adapters.graph.round import Round, Tools
from adapters.graph.schedule import Window
from adapters.graph.token import Tokens
from bot.asking import Urgency
from bot.errors import Trouble
from bot.ports import FRESH
from bot.rooms import Busy, Room, RoomState
from bot.throttling import Step

Flight = Future[RoomState]


@dataclass(frozen=True, slots=True)
class _UnderWay:
    window: Window
    flight: Flight
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class _Plan:
    """How each room, by key, will be known."""

    known: dict[str, RoomState]
    joined: dict[str, Flight]
    mine: dict[str, Flight]


@dataclass(frozen=True, slots=True)
class _Manners:
    """How old an answer may be that spares a question, and whether what cools down is asked."""

    oldest: timedelta = FRESH
    rationed: bool = False


class Availability:
    """Shared by all threads of the process."""

    def __init__(self, tools: Tools, tokens: Tokens) -> None:
        self._tools, self._tokens = tools, tokens
        self._lock = Lock()
        self._memory = Memory()
        self._flights: dict[str, list[_UnderWay]] = {}

    def read(self, rooms: Sequence[Room], window: Window, until: float) -> tuple[RoomState, ...]:
        """One state a room, in the order asked.

        Trouble only where nothing at all is known because the bot cannot sign in.
        """
        named = {key_of(room): room for room in rooms}
        plan = self._plan(named, window)
        if plan.mine:
            self._fly([named[key] for key in plan.mine], plan.mine, window, until)
        known, trouble = self._gathered(plan, named, until)
        states = {key: self._best(key, state, window) for key, state in known.items()}
        if trouble and all(state.unreadable for state in states.values()):
            raise trouble
        return tuple(_as_asked(states[key_of(room)], room, window) for room in rooms)

    def _plan(self, named: dict[str, Room], window: Window) -> _Plan:
        plan, now, manners = _Plan({}, {}, {}), self._tools.timing.clock(), self._manners()
        urgency = working().urgency
        with self._lock:
            for key, room in named.items():
                state = self._memory.recall(key, window, now, manners.oldest)
                if manners.rationed and state is None:
                    state = self._left_alone(room, now)
                if state is not None:
                    plan.known[key] = state
                elif (flight := self._under_way(key, window, urgency)) is not None:
                    plan.joined[key] = flight
                else:
                    plan.mine[key] = flight = Future()
                    self._flights.setdefault(key, []).append(_UnderWay(window, flight, urgency))
        return plan

    def _manners(self) -> _Manners:
        if working().urgency is Urgency.ROUND:
            return _Manners()
        step = self._tools.governor.step
        return _Manners(STALE if step >= Step.PAUSED else FRESH, step is Step.RATIONED)

    def _left_alone(self, room: Room, now: datetime) -> RoomState | None:
        """Where its mailbox, or all of Graph, cools down; None where it may be asked."""
        left = self._tools.governor.cooling(mailbox(room.address), GRAPH)
        return RoomState(room, now, unreadable=left_alone(left)) if left else None

    def _under_way(self, key: str, window: Window, urgency: Urgency) -> Flight | None:
        """A person joins no round, which may have to wait for minutes."""
        for each in self._flights.get(key, ()):
            if each.urgency <= urgency and each.window.covers(window):
                return each.flight
        return None

    def _fly(
        self, rooms: Sequence[Room], mine: dict[str, Flight], window: Window, until: float
    ) -> None:
        """Ask; every flight has landed afterwards, one way or the other."""

        def landed(state: RoomState) -> None:
            key = key_of(state.room)
            with self._lock:
                if state.unreadable is None or state.unreadable.cause in SETTLED:
                    self._memory.keep(key, window, state)
            mine[key].set_result(state)

        with self._cleared(mine):
            self._tokens.get(until)  # once, before fifty threads want it
            Round(self._tools, window, until, landed).read(rooms)

    @contextmanager
    def _cleared(self, mine: dict[str, Flight]) -> Iterator[None]:
        """Whoever joined hears what became of it, whatever happens."""
        trouble: BaseException = TooSlow("Microsoft Graph did not answer in time")
        try:
            yield
        except Trouble as refused:
            trouble = refused
        except BaseException as bug:
            trouble = bug
            raise
        finally:
            with self._lock:
                for key, flight in mine.items():
                    left = [each for each in self._flights[key] if each.flight is not flight]
                    self._flights[key] = left
                    if not left:
                        del self._flights[key]
            for flight in mine.values():
                if not flight.done():
                    flight.set_exception(trouble)

    def _gathered(
        self, plan: _Plan, named: dict[str, Room], until: float
    ) -> tuple[dict[str, RoomState], Trouble | None]:
        known, trouble = dict(plan.known), None
        for key, flight in (plan.mine | plan.joined).items():
            try:
                known[key] = flight.result(self._tools.timing.left(until))
            except Late:
                known[key] = self._unread(named[key], TooSlow("No answer in time"))
            except Trouble as refused:
                trouble = refused
                known[key] = self._unread(named[key], refused)
        return known, trouble

    def _unread(self, room: Room, trouble: Trouble) -> RoomState:
        return RoomState(room, self._tools.timing.clock(), unreadable=of_trouble(trouble))

    def _best(self, key: str, state: RoomState, window: Window) -> RoomState:
        """An answer of some minutes ago rather than none; the newest may be a denial."""
        if state.unreadable is None:
            return state
        with self._lock:
            older = self._memory.recall(key, window, self._tools.timing.clock(), STALE)
        return older or state


def key_of(room: Room) -> str:
    return room.address.casefold()


def _as_asked(state: RoomState, room: Room, window: Window) -> RoomState:
    """With the caller's own room, and no entry that does not touch the window."""
    busy = state.busy
    if any(_outside(entry, window) for entry in busy):
        busy = tuple(entry for entry in busy if not _outside(entry, window))
    if busy is state.busy and state.room == room:
        return state
    return replace(state, room=room, busy=busy)


def _outside(entry: Busy, window: Window) -> bool:
    return entry.end < window.start or entry.start >= window.end
