"""What a limit counts: one mailbox, one service, or Graph as a whole; how much of it is in use.

Besides what is documented it knows what was learned: told to wait, or that little is left, it
takes itself back at once and comes up again over a minute.  Not safe for threads by itself.
"""

from __future__ import annotations

from adapters.graph.limits import Limit
from adapters.graph.meter import meter

_RECOVERY = 60.0  # seconds from nothing to all of it
_LEAST = 0.05
_PAUSE = 1.0  # seconds in which many answers count as one lesson
_FRESH = 30.0  # seconds for which one believes what was told of the limit's use

# Up to which part of the limit's use how much we allow ourselves; Microsoft tells from 0.8 on.
_LEVELS = ((0.8, 1.0), (0.9, 0.2), (1.0, 0.1))

ENDLESS = float("inf")


class Budget:
    """`share` of the limits is ours; the rest belongs to other replicas of the bot."""

    __slots__ = ("_ease", "_eased_at", "_limit", "_meters", "_told", "_told_at", "in_flight")

    def __init__(self, limit: Limit, now: float) -> None:
        self._limit = limit
        self._meters = tuple(meter(rate, now) for rate in limit.rates)
        self._ease, self._eased_at = 1.0, -ENDLESS
        self._told, self._told_at = 0.0, -ENDLESS
        self.in_flight = 0

    def ease(self, now: float) -> float:
        """The part of the limit that we allow ourselves."""
        if self._ease == 1.0:
            return 1.0
        risen = self._ease + (now - self._eased_at) / _RECOVERY
        if risen >= 1.0:
            self._ease = 1.0
        return min(1.0, risen)

    def hurt(self, factor: float, now: float) -> None:
        """It was too much: so much less from now on."""
        if now - self._eased_at >= _PAUSE:
            self._ease = max(_LEAST, self.ease(now) * factor)
            self._eased_at = now

    def told(self, used: float, now: float) -> None:
        """Microsoft says how much of its limit is used, ours and others' together."""
        self._told, self._told_at = used, now
        level = next((ease for most, ease in _LEVELS if used < most), _LEAST)
        if level < self.ease(now):
            self._ease, self._eased_at = level, now

    def places(self, wanted: int, ahead: int, share: float, now: float) -> bool:
        """Whether so many more may be in flight beside those ahead.

        Who wants more than ever may be gets in once it would be alone.
        """
        most = max(1, int(self._limit.at_once * share * self.ease(now)))
        return self.in_flight + ahead + min(wanted, most) <= most

    def delay(self, units: float, now: float, share: float, *, ahead: int, spare: bool) -> float:
        """Seconds until so many units may go, those ahead first."""
        scale = share * self.ease(now)
        longest = 0.0
        for each in self._meters:
            longest = max(longest, each.delay(units, now, scale, ahead=ahead, spare=spare))
        return longest

    def take(self, units: float, now: float) -> None:
        for each in self._meters:
            each.take(units, now)

    def used(self, now: float, share: float) -> float:
        said = self._told if now - self._told_at < _FRESH else 0.0
        return max(said, max((each.used(now, share) for each in self._meters), default=0.0))

    def is_idle(self, now: float) -> bool:
        """Whether it may be forgotten."""
        if self.in_flight or self.ease(now) < 1.0:
            return False
        return all(each.is_idle(now) for each in self._meters)
