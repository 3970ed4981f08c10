"""How many rooms to ask about at once: twenty, fewer for a while where Exchange is slow.

People report more than 20 s for more than 15 rooms in some tenants, so the number follows what
happens instead of a constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from threading import Lock

from adapters.graph.schedule import MOST
from adapters.graph.timing import Timing
from bot.rooms import Room

_LEAST = 5
_WHILE = 300.0  # seconds after the last time-out


class Pace:
    """Shared by all threads of the process."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._lock = Lock()
        self._size = MOST
        self._until = 0.0

    @property
    def size(self) -> int:
        with self._lock:
            if not self._timing.left(self._until):
                self._size = MOST
            return self._size

    def too_slow(self, rooms: int) -> None:
        """A question about so many rooms was not answered in time."""
        with self._lock:
            self._size = min(self._size, max(_LEAST, rooms // 2))
            self._until = self._timing.after(_WHILE)


def chunks(rooms: Sequence[Room], size: int) -> list[tuple[Room, ...]]:
    """As few chunks of at most `size` as there can be, all about equally long."""
    count = -(-len(rooms) // size)
    edges = [len(rooms) * index // count for index in range(count + 1)] if count else []
    return [tuple(rooms[a:b]) for a, b in pairwise(edges)]
