"""Minutes of the ledger for tests: how much was asked and refused in each, up to now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.book import Spell
from bot.throttling import By, Cooling, Standing, Step, Tally
from handlers.pressed import MINUTE, Pressed

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
NORMAL = Standing(Step.NORMAL, NOW - timedelta(hours=8), "", (), 0.93, "mailbox:fado@x")


def minute(ago: int, requests: int = 0, throttled: int = 0, **more: float) -> Spell:
    headroom, highest = more.pop("headroom", 0.93), more.pop("step", Step.NORMAL)
    whole = Tally(By.ALL, "", requests, throttled, **more)  # type: ignore[arg-type]
    return Spell(NOW - ago * MINUTE, whole, headroom, Step(int(highest)))


def minutes(*known: Spell, length: int = 180) -> tuple[Spell, ...]:
    """Quiet ones, but for those that are given; they end with the one that runs."""
    given = {one.at: one for one in known}
    quiet = (minute(ago) for ago in reversed(range(length)))
    return tuple(given.get(one.at, one) for one in quiet)


def cooling(budget: str, seconds: float) -> Cooling:
    return Cooling(budget, timedelta(seconds=seconds), "Microsoft asks the bot to wait")


def standing(*rests: Cooling, step: Step = Step.NORMAL, why: str = "", left: float = 0.93):
    return Standing(step, NOW - 5 * MINUTE, why, rests, left)


def pressing(*known: Spell, at: Standing = NORMAL) -> Pressed:
    return Pressed(NOW, at, minutes(*known))


def box(name: str, requests: int, throttled: int = 0, **more: float) -> Tally:
    return Tally(By.MAILBOX, name, requests, throttled, **more)  # type: ignore[arg-type]
