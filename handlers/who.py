"""How a person is written into what is remembered; bot.alert.name_of reads it."""

from __future__ import annotations

from bot.people import User
from bot.text import clean

LONGEST_NAME = 80


def signed(user: User) -> str:
    """As in "slack:U1 Olivia"."""
    return f"{user} {clean(user.name)[:LONGEST_NAME]}".strip()
