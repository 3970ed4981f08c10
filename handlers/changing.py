"""One alert, found by the number that somebody typed, and changed whoever else does so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.alert import Alert, Change
from bot.desk import Desk
from bot.errors import Missing, Refused

TRIES = 5  # a round and a few people may move the same alert at once


def found(desk: Desk, number: int) -> Alert:
    """Refused, with what to say instead, where there is none."""
    try:
        return desk.book.alerts.get(number)
    except Missing:
        raise Refused(
            f"There is no alert #{number:,}", "Say alerts to see those there are."
        ) from None


def changed(desk: Desk, number: int, step: Callable[[Alert], Change], now: datetime) -> Alert:
    """The alert after the step, which is made anew where somebody moved first."""
    for _ in range(TRIES):
        (after,) = desk.book.alerts.commit([step(found(desk, number))], desk.channels, now)
        if after is not None:
            return after
    raise Refused(f"#{number} changes faster than I can write", "Try again in a moment.")
