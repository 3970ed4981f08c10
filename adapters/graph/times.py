"""Graph's dateTimeTimeZone as aware UTC, strictly: what cannot be read is a ValueError.

We ask for UTC, so nearly every value is `2026-11-24T14:00:00.0000000` in “UTC”, and most of them
occur many times in an answer: reading is remembered.
https://learn.microsoft.com/graph/api/resources/datetimetimezone
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

_NAMES_OF_UTC = frozenset({"UTC", "Etc/UTC", "Coordinated Universal Time", "tzone://Microsoft/Utc"})
_LONGEST = 64  # characters of a time or of a zone's name


def span(start: object, end: object) -> tuple[datetime, datetime]:
    """From and to; where a clock change makes them ambiguous, the longer of the two readings."""
    first, last = _instants(*_parts(start))[0], _instants(*_parts(end))[1]
    if last < first:
        raise ValueError("it ends before it starts")
    return first, last


def clock_time(value: object) -> time:
    """A time of day, as in workingHours: “08:00:00.0000000”."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ValueError("not a time of day")
    return time.fromisoformat(value).replace(tzinfo=None)


def _parts(value: object) -> tuple[str, str]:
    if isinstance(value, dict):
        text, zone = value.get("dateTime"), value.get("timeZone")
        if isinstance(text, str) and isinstance(zone, str):
            return text, zone
    raise ValueError("not a dateTimeTimeZone")


@lru_cache(maxsize=8192)
def _instants(text: str, zone: str) -> tuple[datetime, datetime]:
    """The earliest and the latest instant that this may mean."""
    if not 16 <= len(text) <= _LONGEST or text[10] != "T":
        raise ValueError("not a date and a time")
    at = datetime.fromisoformat(text)
    if at.tzinfo is None and zone in _NAMES_OF_UTC:
        at = at.replace(tzinfo=UTC)
    try:
        if at.tzinfo is not None:
            return at.astimezone(UTC), at.astimezone(UTC)
        local = at.replace(tzinfo=_zone(zone))
        both = [local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    except OverflowError as wrong:
        raise ValueError("out of the calendar") from wrong
    return min(both), max(both)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    if len(name) > _LONGEST:
        raise ValueError("not a zone")
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as wrong:
        raise ValueError("not an IANA zone") from wrong
