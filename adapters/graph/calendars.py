"""Rooms' calendars in turns: what is odd in one is remembered until it is seen to be over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from adapters.graph.schedule import Window
from adapters.graph.turns import Turns
from bot.rooms import Room, RoomState
from bot.tenancy import Calendars as Looked

Read = Callable[[Sequence[Room], Window], tuple[RoomState, ...]]
_OLDEST = timedelta(days=1)


class Calendars:
    """Shared by all threads of the process."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._lock = Lock()
        self._turns = Turns()
        self._odd: dict[str, RoomState] = {}
        self._read_once: set[str] = set()  # in lower case; what never was read proves no end

    def look(
        self, rooms: Sequence[Room], window: Window, most: int, odd: Callable[[RoomState], bool]
    ) -> Looked:
        """Those asked now and, after them, those that were odd when they were read last.

        A room that cannot be read now is of both: that it went dark ends nothing.
        """
        named = {room.address: room for room in rooms}
        with self._lock:
            known = dict(self._odd)
        turn = self._turns.take(list(named), most, known)
        states = self._read([named[address] for address in turn], window)
        self._learn(states, odd)
        seen = {state.room.address.casefold() for state in states if not state.unreadable}
        old = [state for key, state in known.items() if key not in seen]
        listed = {address.casefold() for address in named}
        kept = (
            _from(state, window.start) for state in old if state.room.address.casefold() in listed
        )
        with self._lock:
            self._read_once &= listed
            never = len(listed - self._read_once)
        return Looked((*states, *(state for state in kept if odd(state))), never)

    def _learn(self, states: Sequence[RoomState], odd: Callable[[RoomState], bool]) -> None:
        with self._lock:
            for state in states:
                key = state.room.address.casefold()
                if not state.unreadable:
                    self._read_once.add(key)
                if odd(state):
                    self._odd[key] = state
                elif not state.unreadable:
                    self._odd.pop(key, None)


def _from(state: RoomState, start: datetime) -> RoomState:
    """Without what is over by now; nothing of it where it was read too long ago."""
    fresh = start - state.read_at <= _OLDEST
    return replace(state, busy=tuple(b for b in state.busy if fresh and b.end > start))
