"""How long until something ends: the tiers at which it is said, and how many days are left."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.finding import Severity
from bot.wording import plural

TIERS = (60, 30, 14, 7, 3, 1, 0)  # days
LAST_WEEK = 7
RESTORABLE = timedelta(days=30)  # https://learn.microsoft.com/graph/api/resources/directory


def days_left(ends: datetime, now: datetime) -> int:
    """Whole days that are left; negative once it is over."""
    return (ends - now) // timedelta(days=1)


def tier(ends: datetime, now: datetime) -> int | None:
    """The tightest tier that it is in; 0 on its last day and ever after; None: far off."""
    left = days_left(ends, now)
    return min((days for days in TIERS if left <= days), default=None)


def urgency(days: int) -> Severity:
    """The first tier only says it, the next two ask for an act; the last week is an emergency."""
    if days == TIERS[0]:
        return Severity.INFO
    return Severity.WARNING if days > LAST_WEEK else Severity.CRITICAL


def said(ends: datetime, now: datetime) -> str:
    """ "ends in 6 days, on 2026-11-29", "ended 3 days ago, on 2026-11-20"."""
    date = f"on {ends:%Y-%m-%d}"
    if ends <= now:
        return f"ended {_days(days_left(now, ends))} ago, {date}"
    return f"ends in {_days(days_left(ends, now))}, {date}"


def restore_days(deleted: datetime, now: datetime) -> int:
    """Days in which a soft-deleted object can still be brought back; never negative."""
    return max(0, days_left(deleted + RESTORABLE, now))


def _days(count: int) -> str:
    return plural(count, "day") if count else "less than a day"
