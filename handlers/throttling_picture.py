"""The last 24 hours as a picture, and when no book was kept.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.book import Spell
from bot.picture import Measure, Picture, Series
from handlers.pressed import DAY, MINUTE, total
from handlers.throttling_words import counts

WIDTH = timedelta(minutes=30)
SHORT = timedelta(minutes=5)  # a replica that is started anew is away for less
NAMED = 3


def drawn(minutes: Sequence[Spell], now: datetime, zone: ZoneInfo) -> Picture:
    """Half hours; one in which nobody kept book is not measured, and never zero."""
    last = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    starts = [last - WIDTH * back for back in reversed(range(DAY // WIDTH))]
    spells = [_kept(minutes, start) for start in starts]
    held_back = Series("Held back until they might go", _counted(spells, "waits"))
    series = (
        Series("Requests", _counted(spells, "requests")),
        Series("Refused with 429", _counted(spells, "throttled")),
        *[held_back] * bool(held_back.most),
        Series("Headroom, lowest", tuple(map(_lowest, spells)), "%", Measure.LEVEL),
    )
    labels = tuple(f"{start.astimezone(zone):%H:%M}" for start in starts)
    title = f"Last 24 hours by the half hour, {zone.key}"
    return Picture(title, labels, series, f"The bot's requests to Graph: {counts(total(minutes))}.")


def gaps(minutes: Sequence[Spell], now: datetime, zone: ZoneInfo) -> str:
    """When no book was kept, in a sentence; "" where it is whole."""
    kept = [one.at for one in minutes if one.sum is not None]
    if not kept:
        return "No book was kept in the last 24 hours."
    said = []
    if kept[0] - minutes[0].at >= SHORT:
        said.append(f"Book is kept since {_at(kept[0], now, zone)}; before that I know nothing.")
    missing = [
        (one + MINUTE, other) for one, other in pairwise(kept) if other - one - MINUTE >= SHORT
    ]
    if missing:
        named = [f"{_at(a, now, zone)} to {_at(b, now, zone)}" for a, b in missing[-NAMED:]]
        more = len(missing) - len(named)
        named += [f"{more} more times"] * (more > 0)
        said.append(f"I kept no book from {', '.join(named)}: not running, or not able to write.")
    return " ".join(said)


def _kept(minutes: Sequence[Spell], start: datetime) -> list[Spell]:
    within = (one for one in minutes if start <= one.at < start + WIDTH)
    return [one for one in within if one.sum is not None]


def _counted(spells: Sequence[Sequence[Spell]], what: str) -> tuple[float | None, ...]:
    return tuple(getattr(total(kept), what) if kept else None for kept in spells)


def _lowest(kept: Sequence[Spell]) -> float | None:
    levels = [one.headroom for one in kept if one.headroom is not None]
    return int(min(levels) * 100) if levels else None


def _at(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%H:%M} the day before"
