"""One room's recorded details in words, and why a room could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.ports import FRESH
from bot.reply import Block, Note
from bot.rooms import Room, RoomState
from bot.wording import few, plural
from handlers.days import label
from handlers.names import normal
from handlers.walls import moments, offset

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


def spell_unreadable(states: Sequence[RoomState], names: Mapping[str, str]) -> str:
    """Every room that could not be read, by reason: named, or counted where they are many.

    `names` are those by address that are not the room's own name alone.
    """
    reasons: dict[str, list[str]] = {}
    for state in states:
        if state.unreadable:
            reasons.setdefault(state.unreadable.words, []).append(
                names.get(state.room.address, state.room.name)
            )
    parts = "; ".join(f"{few(found, NAMED)} ({words})" for words, found in reasons.items())
    return f"Could not read {plural(len(states), 'room')}: {parts}."


def and_few(names: Sequence[str], length: int = 10**6) -> str:
    """Join as in A, B and C; in about so many characters, the others counted."""
    kept = len(names)
    while kept > 1 and len(", ".join(names[:kept])) > length:
        kept -= 1
    last = names[kept - 1] if kept == len(names) else f"{len(names) - kept:,} more"
    first = names[: kept - 1] if kept == len(names) else names[:kept]
    return f"{', '.join(first)} and {last}" if first else last


def labels(rooms: Sequence[Room]) -> dict[str, str]:
    """How to name each room, by address: with the address where two have the same name."""
    count = Counter(normal(room.name) for room in rooms)
    return {
        room.address: room.name
        if count[normal(room.name)] == 1
        else f"{room.name} ({room.address})"
        for room in rooms
    }


def spell_clock(at: datetime, zone: ZoneInfo, day: date) -> str:
    """As in 14:00; with the offset where clocks show it twice, and the date unless it is `day`."""
    local = at.astimezone(zone)
    twice = len(moments(local.replace(tzinfo=None), zone)) > 1
    known = f" {offset(at, zone)}" if twice else ""
    other = "" if local.date() == day else f" on {label(local.date(), year=False)}"
    return f"{local:%H:%M}{known}{other}"


def only(count: int, noun: str) -> str:
    """As in: there is only 1 page."""
    return f"There {'is' if count == 1 else 'are'} only {plural(count, noun)}"


def span(first: int, last: int, total: int) -> str:
    """Which rooms of how many a page shows."""
    shown = f"Room {first:,}" if first == last else f"Rooms {first:,} to {last:,}"
    return f"{shown} of {total:,}"


def old(read_at: datetime | None, now: datetime) -> list[Block]:
    """A warning where a calendar comes from memory because Graph did not answer."""
    if read_at is None or now - read_at <= FRESH:
        return []
    return [Note(("Graph does not answer just now; this is what I read then.",))]


def age(length: timedelta) -> str:
    """How long ago, in the unit that matters: 14 s, 3 min, 2 h."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
