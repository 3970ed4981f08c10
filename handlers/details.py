"""One room's recorded details in words, and why a room could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.rooms import Room, RoomState
from handlers.names import normal

NOT_RECORDED = "not recorded"
NAMED = 25  # rooms named one by one; more are counted


@dataclass(frozen=True, slots=True)
class Detail:
    floor: str
    place: str
    equipment: str


def detail(room: Room) -> Detail:
    floor = room.floor_label or (str(room.floor_number) if room.floor_number is not None else "")
    place = ", ".join(name for name in (room.building, room.city) if name)
    equipment = ", ".join(dict.fromkeys(_equipment(room)))
    return Detail(f"floor {floor}" if floor else "", place, equipment)


def _equipment(room: Room) -> list[str]:
    return [item for item in (room.video, room.audio, room.display, *room.tags) if item]


def seats(room: Room) -> str:
    if room.capacity is None:
        return "? seats"
    return plural(room.capacity, "seat")


def spell_unreadable(states: Sequence[RoomState]) -> str:
    """Every room that could not be read, by reason: named, or counted where they are many."""
    reasons: dict[str, list[str]] = {}
    for state in states:
        if state.unreadable:
            reasons.setdefault(state.unreadable.words, []).append(state.room.name)
    parts = "; ".join(f"{few(names, NAMED)} ({words})" for words, names in reasons.items())
    return f"Could not read {plural(len(states), 'room')}: {parts}."


def few(names: Sequence[str], most: int = 5) -> str:
    """Name so many, count the others."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"


def labels(rooms: Sequence[Room]) -> dict[str, str]:
    """How to name each room, by address: with the address where two have the same name."""
    count = Counter(normal(room.name) for room in rooms)
    return {
        room.address: room.name
        if count[normal(room.name)] == 1
        else f"{room.name} ({room.address})"
        for room in rooms
    }


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def age(length: timedelta) -> str:
    """How long ago, in the unit that matters: 14 s, 3 min, 2 h."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
