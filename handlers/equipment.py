"""What stands in a room: devices and tags as recorded, and the everyday words for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.rooms import Room
from handlers.names import normal, sayable

# Everyday words → the recorded field that answers them.
KINDS = {
    "video": "video",
    "video conferencing": "video",
    "videoconferencing": "video",
    "vc": "video",
    "camera": "video",
    "audio": "audio",
    "phone": "audio",
    "speakerphone": "audio",
    "display": "display",
    "screen": "display",
    "tv": "display",
    "monitor": "display",
    "projector": "display",
}
COMBINABLE = frozenset({"combinable", "combined", "divisible", "partition"})


@dataclass(frozen=True, slots=True)
class Equipment:
    """Normalised name → the word that `has` understands."""

    by_name: dict[str, str]

    @staticmethod
    def of(rooms: Iterable[Room]) -> Equipment:
        recorded = {normal(item): item for room in rooms for item in _items(room)}
        return Equipment({**recorded, **KINDS})

    def names(self) -> list[str]:
        """What was recorded as it was recorded, and the everyday words."""
        return list(dict.fromkeys((*self.by_name.values(), *KINDS)))

    def some(self) -> str:
        known = sorted(set(self.by_name.values()), key=lambda name: (name.lower(), name))
        return f"I know for example {', '.join(known[:8])}."


def has(room: Room, item: str) -> bool | None:
    """Whether the room has it; None where nothing at all is recorded about its equipment."""
    items = [normal(recorded) for recorded in _items(room)]
    if not items:
        return None
    kind = KINDS.get(normal(item))
    if kind and getattr(room, kind):
        return True
    # Many offices tag "projector" or "65 inch TV" and leave the field for displays empty.
    said = [word for word, means in KINDS.items() if means == kind] if kind else [normal(item)]
    return any(f" {word} " in f" {recorded} " for word in said for recorded in items)


def combinable(room: Room) -> bool | None:
    """Whether it can be joined with a neighbour: Graph has no field for it, offices tag it."""
    if not room.tags:
        return None
    return any(COMBINABLE & set(normal(tag).split()) for tag in room.tags)


def _items(room: Room) -> list[str]:
    return [item for item in (room.audio, room.video, room.display, *room.tags) if sayable(item)]
