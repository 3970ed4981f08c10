"""Rooms' calendars over a window: from memory, from a question under way, or asked anew.

The same room over the same window is asked once, however many people ask at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock

from adapters.graph.memory import STALE, Memory
from adapters.graph.reason import SETTLED, of_trouble
from adapters.graph.refusal import TooSlow
from adapters.graph.round import Round, Tools
from adapters.graph.schedule import Window
from adapters.graph.token import Tokens
from bot.errors import Trouble
from bot.ports import FRESH
from bot.rooms import Busy, Room, RoomState

Flight = Future[RoomState]


@dataclass(frozen=True, slots=True)
class _Plan:
    """How each room, by key, will be known."""

    known: dict[str, RoomState]
    joined: dict[str, Flight]
    mine: dict[str, Flight]


class Availability:
    """Shared by all threads of the process."""

    def __init__(self, tools: Tools, tokens: Tokens) -> None:
        self._tools, self._tokens = tools, tokens
        self._lock = Lock()
        self._memory = Memory()
        self._flights: dict[str, list[tuple[Window, Flight]]] = {}

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
        plan, now = _Plan({}, {}, {}), self._tools.timing.clock()
        with self._lock:
            for key in named:
                state = self._memory.recall(key, window, now, FRESH)
                if state is not None:
                    plan.known[key] = state
                elif (flight := self._under_way(key, window)) is not None:
                    plan.joined[key] = flight
                else:
                    plan.mine[key] = flight = Future()
                    self._flights.setdefault(key, []).append((window, flight))
        return plan

    def _under_way(self, key: str, window: Window) -> Flight | None:
        flights = self._flights.get(key, ())
        return next((flight for asked, flight in flights if asked.covers(window)), None)

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
                    left = [pair for pair in self._flights[key] if pair[1] is not flight]
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
