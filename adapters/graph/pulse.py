"""How many requests, and how many of them told to wait, lately: both fade over a minute.

Not safe for threads by itself.
"""

from __future__ import annotations

from math import exp

_LENGTH = 60.0  # seconds
_STORM, _SHARE = 10.0, 0.2  # so many in a minute, and so large a part of all


class Pulse:
    def __init__(self) -> None:
        self._at = 0.0
        self._requests = 0.0
        self._throttled = 0.0

    def beat(self, now: float, *, throttled: bool) -> None:
        self._fade(now)
        self._requests += 1
        self._throttled += throttled

    def is_storm(self, now: float) -> bool:
        """Whether so much is refused that asking on makes it worse."""
        self._fade(now)
        return self._throttled >= max(_STORM, _SHARE * self._requests)

    def _fade(self, now: float) -> None:
        if now > self._at:
            kept = exp((self._at - now) / _LENGTH)
            self._requests *= kept
            self._throttled *= kept
            self._at = now
