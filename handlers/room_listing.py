"""Rooms that the directory lists badly: not described, or in no room list.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.finding import LACKING, Finding, Remedy, Severity, Unknown
from bot.rooms import Catalogue, Room
from bot.wording import few, plural
from handlers.cmdlet import each
from handlers.details import age

TELLS = ("rooms/undescribed", "rooms/not-in-lists")
_WAIT = "up to 48 hours until every client shows it"


def stale(catalogue: Catalogue, now: datetime) -> Unknown | None:
    """Why the list of rooms may be old or incomplete, with its age; None where it is whole."""
    if not catalogue.problem:
        return None
    old = f"The list of rooms that I have is {age(now - catalogue.read_at)} old."
    return Unknown(f"{catalogue.problem} {old}", "Place.Read.All", cause=LACKING)


def undescribed(rooms: Sequence[Room]) -> list[Finding]:
    """Rooms of which neither the place nor the seats are recorded."""
    bare = [r for r in rooms if not (r.city or r.building) and r.capacity is None]
    act = "Set-Place -Identity $_ -City 'CITY' -Building 'BUILDING' -Floor 1 -Capacity 8"
    return _finding(
        "rooms/undescribed",
        bare,
        "without city, building and seats",
        "No search by place or size finds them.",
        Remedy("Describe them, with their real values.", _each(bare, act), wait=_WAIT),
    )


def unlisted(catalogue: Catalogue) -> list[Finding]:
    """Rooms in no room list, where most are in one and the lists could be read."""
    outside = _outside(catalogue)
    if catalogue.problem or not _lists_are_used(catalogue):
        return []
    act = "Add-DistributionGroupMember -Identity 'ROOM LIST' -Member $_"
    return _finding(
        "rooms/not-in-lists",
        outside,
        "in no room list",
        "Outlook's room finder does not offer them.",
        Remedy("Add them to the room list of their building.", _each(outside, act), wait=_WAIT),
    )


def notes(catalogue: Catalogue) -> tuple[str, ...]:
    """What is worth saying of how rooms are listed, and no fault."""
    rooms, said = catalogue.rooms, []
    seatless = [r.name for r in rooms if r.capacity is None and (r.city or r.building)]
    placeless = [r.name for r in rooms if not (r.city or r.building) and r.capacity is not None]
    if seatless:
        said.append(f"{plural(len(seatless), 'room')} without seats recorded: {few(seatless)}.")
    if placeless:
        where = plural(len(placeless), "room")
        said.append(f"{where} without city and building recorded: {few(placeless)}.")
    if seatless or placeless:
        said.append("No search by what is not recorded finds them; Set-Place records it.")
    if not catalogue.problem and not _lists_are_used(catalogue):
        outside = f"{len(_outside(catalogue)):,} of {plural(len(rooms), 'room')}"
        said.append(f"In no room list: {outside}. Outlook's room finder offers the others only.")
    return tuple(said)


def _outside(catalogue: Catalogue) -> list[Room]:
    return [room for room in catalogue.rooms if not room.lists]


def _lists_are_used(catalogue: Catalogue) -> bool:
    return len(_outside(catalogue)) * 2 < len(catalogue.rooms)


def _each(rooms: Sequence[Room], act: str) -> str:
    return each([room.address for room in rooms], act)


def _finding(
    fingerprint: str, rooms: Sequence[Room], said: str, consequence: str, remedy: Remedy
) -> list[Finding]:
    if not rooms:
        return []
    summary = f"{plural(len(rooms), 'room')} {said}: {few([room.name for room in rooms])}."
    found = tuple(room.address for room in rooms)
    severity = Severity.INFO
    return [Finding(fingerprint, "rooms", summary, severity, consequence, remedy, rooms=found)]
