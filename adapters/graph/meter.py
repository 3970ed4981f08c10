"""Keeps one budget below one documented rate, and says how much of it is used.

Limits that are small are counted exactly, large ones as a leaking bucket of a few per cent: so no
window of the limit's length ever holds more than 97 % of it, however the service cuts its windows,
and what does not arrive at an even pace has room.
"""

from __future__ import annotations

from collections import deque
from math import exp
from typing import Protocol

from adapters.graph.limits import Rate

_SMALL = 64  # units up to which every single one is remembered
_MARGIN = 0.03
_BURST = 0.03
_RESERVE = 0.2  # of what may go at once, left to people by rounds
_NOTHING = 1e-4  # seconds, not worth a wait
_FAINT = 0.005  # of a limit; below it what is remembered may be forgotten


class Meter(Protocol):
    """`scale` makes the limit smaller: by a share of it, or by what was learned."""

    def delay(self, units: float, now: float, scale: float, *, ahead: int, spare: bool) -> float:
        """Seconds until so many may go after those ahead.

        With `spare` some are left for those in a hurry.
        """
        ...

    def take(self, units: float, now: float) -> None:
        """They go; may be more than there are, then the next wait longer."""
        ...

    def used(self, now: float, scale: float) -> float:
        """The share of the limit that was used lately, from 0."""
        ...

    def is_idle(self, now: float) -> bool:
        """Whether it may be forgotten."""
        ...


def meter(rate: Rate, now: float) -> Meter:
    return Exact(rate) if rate.units <= _SMALL else Leaking(rate, now)


class Leaking:
    """A bucket that starts full; what was used fades over the limit's own length."""

    __slots__ = ("_at", "_load", "_rate", "_tokens")

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate, self._at, self._load = rate, now, 0.0
        self._tokens = rate.units * _BURST

    def delay(self, units: float, now: float, scale: float, *, ahead: int, spare: bool) -> float:
        self._refill(now, scale)
        most = self._rate.units * _BURST * scale
        wanted = min(units, most) + (most * _RESERVE if spare else 0.0)
        missing = (ahead + min(wanted, most) - self._tokens) / self._speed(scale)
        return missing if missing > _NOTHING else 0.0

    def take(self, units: float, now: float) -> None:
        self._fade(now)
        self._tokens -= units
        self._load += units

    def used(self, now: float, scale: float) -> float:
        return self._load * exp((self._at - now) / self._rate.seconds) / (self._rate.units * scale)

    def is_idle(self, now: float) -> bool:
        full = self._tokens + (now - self._at) * self._speed(1.0) >= self._rate.units * _BURST
        return full and self.used(now, 1.0) < _FAINT

    def _speed(self, scale: float) -> float:
        return self._rate.units * scale * (1 - _MARGIN - _BURST) / self._rate.seconds

    def _refill(self, now: float, scale: float) -> None:
        filled = self._tokens + max(0.0, now - self._at) * self._speed(scale)
        self._fade(now)
        self._tokens = min(filled, self._rate.units * _BURST * scale)

    def _fade(self, now: float) -> None:
        if now > self._at:
            self._load *= exp((self._at - now) / self._rate.seconds)
            self._at = now


class Exact:
    """Remembers when each unit went."""

    __slots__ = ("_length", "_rate", "_went")

    def __init__(self, rate: Rate) -> None:
        self._rate, self._length = rate, rate.seconds * (1 + _MARGIN)
        self._went: deque[float] = deque()

    def delay(self, units: float, now: float, scale: float, *, ahead: int, spare: bool) -> float:
        self._forget(now)
        most = max(1, int(self._rate.units * scale))
        if spare and most > 2:
            most -= max(1, int(most * _RESERVE))
        over = len(self._went) + ahead + min(int(units), most) - most
        if over <= 0:
            return 0.0
        if not self._went:
            return self._length
        return max(0.001, self._went[min(over, len(self._went)) - 1] + self._length - now)

    def take(self, units: float, now: float) -> None:
        self._went.extend([now] * round(units))

    def used(self, now: float, scale: float) -> float:  # noqa: ARG002  as every meter
        return 0.0  # such a limit is full after a single question: that is no pressure

    def is_idle(self, now: float) -> bool:
        self._forget(now)
        return not self._went

    def _forget(self, now: float) -> None:
        while self._went and self._went[0] + self._length <= now:
            self._went.popleft()
