"""Lengths of time, counts and lists, as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta


def lasting(length: timedelta) -> str:
    """In the unit that matters, rounded down: "42 min", "2 h", "3 days"."""
    minutes = max(0, length // timedelta(minutes=1))
    if minutes < 1:
        return "less than a minute"
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24:,} days"


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def few(names: Sequence[str], most: int = 5) -> str:
    """Name so many, count the others."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"


def moment(at: datetime) -> str:
    """For text that holds no span: UTC."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
