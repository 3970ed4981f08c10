"""How long to wait before asking again: what the service says, else longer each time.  Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 86_400.0  # seconds; a Retry-After beyond a day is taken for a day
_FIRST, _MOST = 0.5, 8.0  # seconds
_NUMBER = re.compile(r"\d+(\.\d+)?", re.ASCII)  # Microsoft's own pages have a “2.128”


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that Retry-After asks for, as a number or a date; None where it says nothing.

    A date is read against the service's own Date, so that our clock need not agree with it.
    """
    said = headers.get("Retry-After", "").strip()
    if _NUMBER.fullmatch(said):
        return min(float(said), LONGEST)
    date = _date(said)
    if date is None:
        return None
    seconds = (date - (_date(headers.get("Date", "")) or now)).total_seconds()
    return min(max(0.0, seconds), LONGEST)


def backoff(attempt: int, chance: float) -> float:
    """Seconds before try `attempt` + 2; `chance` in [0, 1) keeps callers from marching in step."""
    most = min(_MOST, _FIRST * 2.0**attempt)
    return most * (0.5 + chance / 2)


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """What o'clock it is for whoever answered, to the second."""
    return _date(headers.get("Date", ""))


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
