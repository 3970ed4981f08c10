"""Topics: what a message in a channel is about, in a word that the outbox can keep."""

from __future__ import annotations

from datetime import date

ALERT, SILENCE, DAILY = "alert", "silence", "daily"


def alert(number: int) -> str:
    return f"{ALERT}/{number}"


def silence(number: int) -> str:
    return f"{SILENCE}/{number}"


def daily(day: date) -> str:
    return f"{DAILY}/{day.isoformat()}"


def parse(topic: str) -> tuple[str, str]:
    """Its kind and the rest."""
    kind, _, rest = topic.partition("/")
    return kind, rest
