"""What somebody means by the words of time in a command, and how it is said back to them.

Who asks for rooms reads the understood interval, its zone and its offset before anything
else.  What is past, ends before it starts, or is ambiguous gets a sentence, never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from bot.errors import Usage
from handlers import days
from handlers.clocks import in_24
from handlers.durations import MINUTE, duration, spelled
from handlers.meaning import Asked
from handlers.phrases import Kind, read
from handlers.said import MOST, Said, gather, in_part_of_day
from handlers.walls import moments, offset
from handlers.zones import zone_of

__all__ = [
    "Interval",
    "Understood",
    "canonical",
    "describe",
    "duration",
    "parse_day",
    "understand",
    "zone_of",
]


@dataclass(frozen=True, slots=True)
class Interval:
    """Aware UTC, whole minutes, end exclusive; `zone` is the IANA name it was understood in."""

    start: datetime
    end: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Understood:
    """`rest` are the words that do not speak of time, in order, as they were written."""

    interval: Interval
    rest: tuple[str, ...]
    said_day: bool
    said_time: bool


def understand(
    words: Sequence[str], now: datetime, zone: str, *, default: timedelta = timedelta(hours=1)
) -> Understood:
    """The interval that the words mean to somebody in `zone`; Usage where they mean none.

    Nothing said means now, rounded down to the minute, for `default`; a day alone means 09:00
    for `default`, and today alone means now.  A length is elapsed time.  An interval in
    progress is understood, one that is over is refused: "2pm" is today's, "mon" is today only
    while that time is not over.  How "2" without am or pm is read says `handlers.clocks`,
    what "next tuesday" is says `handlers.days.dates`, and which words count says
    `handlers.phrases`.  An unknown `zone` is read as UTC, which the answer then shows.
    """
    phrases, rest = read(words)
    said = in_part_of_day(gather(phrases))
    shown = said.zone or zone_of(zone) or "UTC"
    where = ZoneInfo(shown) if said.offset is None else timezone(said.offset)
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    interval = Interval(*Asked(said, minute, where, said.length or default).ends(), shown)
    _check(interval, said, now)
    said_time = said.now or said.start is not None or said.delay is not None
    return Understood(interval, rest, bool(said.day), said_time)


def _check(interval: Interval, said: Said, now: datetime) -> None:
    spoken = describe(interval, now)
    if interval.end <= interval.start:
        raise Usage(f"{spoken} ends before it starts", "Say the earlier time first.")
    if interval.end - interval.start > MOST:
        raise Usage(f"{spoken} is longer than {MOST.days} days", f"Say at most {MOST.days} days.")
    if interval.end <= now:
        where = ZoneInfo(interval.zone)
        here, start = now.astimezone(where), interval.start.astimezone(where)
        day = "" if here.date() == start.date() else f"{days.label(here.date(), year=False)}, "
        raise Usage(f"{spoken} is past; it is {day}{here:%H:%M} there now", _instead(said, here))


def _instead(said: Said, here: datetime) -> str:
    """What to say for a time that is past."""
    if said.day or said.start is None:
        return "Say a time that is still to come."
    tomorrow = f"tomorrow {said.start.spelled}" + (f"-{said.end.spelled}" if said.end else "")
    later = [r for r in said.start.readings if r > here.hour * 60 + here.minute]
    if later and said.end is None:
        return f"Say {in_24(later[0])} or {tomorrow}."
    return f"Say {tomorrow}, or a time that is still to come."


def parse_day(
    words: Sequence[str], now: datetime, zone: str
) -> tuple[date, tuple[str, ...]] | None:
    """The day that is said, and the other words; None if none is, Usage if it is no day or two.

    A day that is past is understood too.
    """
    phrases, rest = read(words, only=frozenset({Kind.DAY}))
    if not phrases:
        return None
    said = gather(phrases)
    today = now.astimezone(ZoneInfo(zone_of(zone) or "UTC")).date()
    return days.dates(said.day, today)[0], rest


def describe(interval: Interval, now: datetime | None = None) -> str:
    """Tue 24 Nov, 14:00–14:45 Europe/Lisbon (UTC+0).

    With the year unless both ends are in that of `now`, and with both offsets where the
    clocks change in between.
    """
    where = ZoneInfo(interval.zone)
    start, end = interval.start.astimezone(where), interval.end.astimezone(where)
    year = now is None or {start.year, end.year} != {now.astimezone(where).year}
    first, last = (days.label(side.date(), year=year) for side in (start, end))
    if first == last:
        spoken = f"{first}, {start:%H:%M}–{end:%H:%M}"
    else:
        spoken = f"{first} {start:%H:%M} – {last} {end:%H:%M}"
    offsets = dict.fromkeys(offset(side, where) for side in (interval.start, interval.end))
    return f"{spoken} {interval.zone} ({', then '.join(offsets)})"


def canonical(interval: Interval) -> str:
    """The words that mean exactly this interval to any reader, as long as it is not over.

    2026-11-24 14:00-14:45 Europe/Lisbon; where a day ends in between or a clock shows a time
    twice, 2026-10-25 01:30 UTC+1 for 45m Europe/Lisbon.  Seconds are rounded outwards.
    """
    where = ZoneInfo(interval.zone)
    first = interval.start.replace(second=0, microsecond=0)
    last = interval.end + (first - interval.end) % MINUTE
    start, end = (side.astimezone(where).replace(tzinfo=None) for side in (first, last))
    once = [len(moments(side, where)) == 1 for side in (start, end)]
    if all(once) and start.date() == end.date():
        return f"{start:%Y-%m-%d %H:%M}-{end:%H:%M} {interval.zone}"
    known = "" if once[0] else f" {offset(first, where)}"
    return f"{start:%Y-%m-%d %H:%M}{known} for {spelled(last - first)} {interval.zone}"
