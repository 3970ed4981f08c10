"""Rooms' names by their addresses, where they are known without a long wait."""

from __future__ import annotations

from bot.asking import Asker
from bot.errors import Trouble
from bot.ports import Services
from handlers.known import PATIENCE


def names_of(services: Services) -> dict[str, str]:
    """By address in lower case; nothing where the directory cannot be read just now."""
    try:
        with services.asking(Asker("names", patience=PATIENCE)):
            return {room.address.lower(): room.name for room in services.rooms.catalogue().rooms}
    except Trouble:
        return {}
