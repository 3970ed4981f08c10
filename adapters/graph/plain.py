"""Values from Graph's JSON, made safe: of the type that was promised, or nothing.

Every text that a person may see comes through here.
"""

from __future__ import annotations

from datetime import UTC, datetime

from bot.text import clean

LONGEST = 256  # characters of one text; Exchange allows a subject 255


def text(value: object) -> str:
    """One line without control characters, shortened visibly; "" for anything but text."""
    if not isinstance(value, str):
        return ""
    short = value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
    # What is printable holds nothing that clean() would take out but runs of blanks.
    return " ".join(short.split()) if short.isprintable() else clean(short)


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list, in their order, without blanks."""
    every = value if isinstance(value, list) else []
    return tuple(filter(None, map(text, every)))


def whole(value: object) -> int | None:
    """A whole number, 8.0 included; None for anything else, truth values included."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == value // 1 and abs(value) < 1_000_000 else None


def moment(value: object) -> datetime | None:
    """A date and time with an offset, as “2026-11-23T10:00:00Z”, in UTC; None for anything else."""
    if not isinstance(value, str) or not 20 <= len(value) <= 40:
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.astimezone(UTC) if at.tzinfo and at.year > 1600 else None
    except (ValueError, OverflowError):
        return None


def truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
