"""From what a clock on the wall shows to the moment it means.

A clock that skips an hour never shows some times and one that is set back shows some twice;
both are said with what to type instead, never guessed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from bot.errors import Usage
from handlers.days import label
from handlers.durations import MINUTE


def moments(wall: datetime, where: tzinfo) -> tuple[datetime, ...]:
    """Every moment, in UTC and in order, at which clocks there show a naive `wall`: 0 to 2."""
    both = {wall.replace(tzinfo=where, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(m for m in sorted(both) if m.astimezone(where).replace(tzinfo=None) == wall)


def moment(wall: datetime, where: tzinfo) -> datetime:
    """The one moment, in UTC; Usage where there is none or there are two."""
    match moments(wall, where):
        case (only,):
            return only
        case (first, second):
            raise _twice(wall, where, first, second)
        case _:
            raise _never(wall, where)


def offset(moment: datetime, where: tzinfo) -> str:
    """How far clocks there are from UTC: "UTC+0", "UTC-4", "UTC+5:30"."""
    ahead = moment.astimezone(where).utcoffset() or timedelta(0)
    hours, minutes = divmod(abs(ahead) // MINUTE, 60)
    return f"UTC{'-' if ahead < timedelta(0) else '+'}{hours}" + f":{minutes:02}" * bool(minutes)


def _twice(wall: datetime, where: tzinfo, first: datetime, second: datetime) -> Usage:
    offsets = offset(first, where), offset(second, where)
    ways = " or ".join(f"{wall:%Y-%m-%d %H:%M} {known} {where}" for known in offsets)
    return Usage(
        f"{_spoken(wall)} comes twice in {where}, once at {offsets[0]} and once at {offsets[1]}",
        f"Say {ways}.",
    )


def _never(wall: datetime, where: tzinfo) -> Usage:
    last, first = _skipped(wall, where)
    skip = f"clocks skip from {last:%H:%M} to {first:%H:%M}"
    return Usage(
        f"{_spoken(wall)} does not exist in {where}: {skip}",
        f"Say a time before {last:%H:%M}, or {first:%H:%M} or later.",
    )


def _skipped(wall: datetime, where: tzinfo) -> tuple[datetime, datetime]:
    """The first wall time that is skipped around `wall`, and the first after it."""
    before = wall.replace(tzinfo=where, fold=0).utcoffset() or timedelta(0)
    after = wall.replace(tzinfo=where, fold=1).utcoffset() or timedelta(0)
    early, late = wall - after, wall - before  # in UTC: before the change, and not before it
    while late - early > MINUTE:
        middle = early + (late - early) // MINUTE // 2 * MINUTE
        changed = where.fromutc(middle.replace(tzinfo=where)).utcoffset() == after
        early, late = (early, middle) if changed else (middle, late)
    return late + before, late + after


def _spoken(wall: datetime) -> str:
    return f"{wall:%H:%M} on {label(wall.date())}"
