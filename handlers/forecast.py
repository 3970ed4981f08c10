"""When a limit would be reached if it goes on like this.  Pure.

Documented are 10,000 requests in 10 minutes for each app and mailbox; of the other limits we know
how much is left, minute by minute.
https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.book import Spell
from handlers.pressed import MINUTE, Pressed

MAILBOX = 10_000  # requests of one app in one mailbox
LENGTH = 10  # minutes for which they count
RECENT = 3  # minutes: the present rate
_TREND = 5  # minutes over which headroom is followed
_FALL = 0.02  # of a limit a minute: less is no trend
_FAR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Forecast:
    """`reached` is None where it is not reached at this rate; `left` is a share from 0 to 1."""

    limit: str  # in words
    left: float
    reached: timedelta | None


def forecast(it: Pressed, mailbox: str, asked: Sequence[Spell], tightest: str) -> Forecast:
    """The limit that is reached first: `mailbox`'s, which was `asked` the most, or the tightest.

    Both are their names in words; `asked` are minutes that have ended.
    """
    found = [_of_headroom(it, tightest)]
    if mailbox:
        found.append(_of_mailbox(mailbox, asked))
    reached = [one for one in found if one.reached is not None]
    if reached:
        return min(reached, key=lambda one: one.reached or _FAR)
    return min(found, key=lambda one: one.left)


def _of_mailbox(name: str, asked: Sequence[Spell]) -> Forecast:
    counts = [one.sum.requests if one.sum else 0 for one in asked[-LENGTH:]]
    counts = [0] * (LENGTH - len(counts)) + counts
    used = sum(counts)
    rate = sum(counts[-RECENT:]) / RECENT
    left = max(0.0, 1 - used / MAILBOX)
    minutes = next((n for n in range(LENGTH + 1) if _after(counts, rate, n) >= MAILBOX), None)
    limit = f"{MAILBOX:,} requests in {LENGTH} minutes for {name}"
    return Forecast(limit, left, None if minutes is None else minutes * MINUTE)


def _after(counts: Sequence[int], rate: float, minutes: int) -> float:
    """What the window holds then: the oldest have left it."""
    return sum(counts[minutes:]) + minutes * rate


def _of_headroom(it: Pressed, tightest: str) -> Forecast:
    known = [one.headroom for one in it.minutes[-_TREND:] if one.headroom is not None]
    left = it.standing.headroom
    name = tightest or "any limit"
    if len(known) < RECENT:
        return Forecast(name, left, None)
    fall = (known[0] - known[-1]) / (len(known) - 1)
    if fall < _FALL:
        return Forecast(name, left, None)
    return Forecast(name, left, min(_FAR, left / fall * MINUTE))
