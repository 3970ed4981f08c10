"""What was read of each room's calendar, for some minutes and within bounds.

Fresh answers spare a question; older ones stand in while Graph does not answer, and say their age.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.graph.schedule import Window
from bot.rooms import RoomState

STALE = timedelta(minutes=5)  # older answers are not shown any more
_WINDOWS = 4  # different windows kept a room
_MOST = 20_000  # rooms


@dataclass(frozen=True, slots=True)
class _Known:
    window: Window
    state: RoomState


class Memory:
    """Not safe for threads by itself; its owner holds a lock."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[_Known, ...]] = OrderedDict()  # oldest writing first

    def keep(self, key: str, window: Window, state: RoomState) -> None:
        kept = [known for known in self._known.get(key, ()) if not window.covers(known.window)]
        self._known[key] = (_Known(window, state), *kept[: _WINDOWS - 1])
        self._known.move_to_end(key)
        self._forget(state.read_at)

    def recall(
        self, key: str, window: Window, now: datetime, oldest: timedelta
    ) -> RoomState | None:
        """The newest that covers the window and is not older; None too if it is of the future."""
        found = [
            known.state
            for known in self._known.get(key, ())
            if known.window.covers(window) and timedelta() <= now - known.state.read_at <= oldest
        ]
        return max(found, key=_age, default=None)

    def _forget(self, now: datetime) -> None:
        while self._known:
            key, known = next(iter(self._known.items()))
            if len(self._known) <= _MOST and now - known[0].state.read_at <= STALE:
                return
            del self._known[key]


def _age(state: RoomState) -> datetime:
    return state.read_at
