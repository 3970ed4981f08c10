"""Times as Graph reads and writes them."""

from __future__ import annotations

from datetime import UTC, datetime, time, tzinfo
from zoneinfo import ZoneInfo

_YEARS = range(1601, 4501)  # what Exchange can keep


def utc_now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the one real clock, where none is given


def moment(text: str, zone: tzinfo) -> datetime:
    """An aware time; one without an offset is in `zone`.  ValueError where Exchange has none."""
    at = datetime.fromisoformat(text)
    if at.year not in _YEARS:
        raise ValueError(text)
    return at if at.tzinfo else at.replace(tzinfo=zone)


def local(at: datetime, zone: ZoneInfo, name: str) -> dict[str, str]:
    """A dateTimeTimeZone: wall time with seven decimals, beside the zone's name as asked."""
    wall = at.astimezone(zone).replace(tzinfo=None)
    return {"dateTime": f"{wall.isoformat(timespec='seconds')}.0000000", "timeZone": name}


def utc(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def of_day(at: time) -> str:
    return f"{at.isoformat(timespec='seconds')}.0000000"
