"""Whose turn it is, so that all come round; what was odd last time comes before its turn."""

from __future__ import annotations

from collections.abc import Container, Sequence
from threading import Lock


class Turns:
    """Shared by all threads of the process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: dict[str, int] = {}
        self._count = 0

    def take(self, addresses: Sequence[str], most: int, first: Container[str] = ()) -> list[str]:
        """At most so many of these, those first that waited longest.

        Of `first`, in lower case, as many as leave half the places to the others.
        """
        keys = {address: address.casefold() for address in addresses}
        with self._lock:
            waiting = sorted(keys, key=lambda a: self._last.get(keys[a], 0))
            early = [a for a in waiting if keys[a] in first][: max(0, most // 2)]
            others = [a for a in waiting if a not in set(early)]
            chosen = [*early, *others][: max(0, most)]
            for address in chosen:
                self._count += 1
                self._last[keys[address]] = self._count
        return chosen
