"""What a fault does to people: how many rooms, how many of their next meetings, and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.errors import Trouble
from bot.ports import FRESH, Services
from bot.rooms import BusyStatus, Room, RoomState
from bot.wording import plural
from handlers.details import age

AHEAD = timedelta(hours=4)
MOST_ASKED = 1000  # rooms whose calendars are read: fifty questions, in three requests
_MEETINGS = (BusyStatus.BUSY, BusyStatus.TENTATIVE, BusyStatus.UNKNOWN)


def impact(services: Services, rooms: Sequence[str] | None, now: datetime) -> str:
    """As in "40 rooms, 12 meetings until 14:00 UTC"; "" where no room is concerned.

    `rooms` are addresses, None means all.  What cannot be counted is said; never raises Trouble.
    """
    try:
        known = services.rooms.catalogue().rooms
    except Trouble:
        return f"{plural(len(rooms), 'room')}; {_BLIND}" if rooms else ""
    concerned = known if rooms is None else _of(known, rooms)
    count = len(known) if rooms is None else len(rooms)
    if not count:
        return ""
    return f"{plural(count, 'room')}{_meetings(services, concerned, count, now)}"


def sites(services: Services, rooms: Sequence[str] | None) -> tuple[str, ...]:
    """The sites of these rooms, or of all; () where the directory cannot be read."""
    try:
        known = services.rooms.catalogue().rooms
    except Trouble:
        return ()
    concerned = known if rooms is None else _of(known, rooms)
    return tuple(sorted({site for room in concerned if (site := site_of(room))}))


def site_of(room: Room) -> str:
    """A room's site is its city, or its building where no city is recorded."""
    return room.city or room.building


def _of(known: Sequence[Room], addresses: Sequence[str]) -> tuple[Room, ...]:
    wanted = {address.casefold() for address in addresses}
    return tuple(room for room in known if room.address.casefold() in wanted)


_BLIND = "how many meetings I cannot tell"


def _meetings(services: Services, rooms: Sequence[Room], count: int, now: datetime) -> str:
    until = now + AHEAD
    try:
        states = services.rooms.availability(rooms[:MOST_ASKED], now, until) if rooms else ()
    except Trouble:
        states = ()
    read = [state for state in states if state.unreadable is None]
    if not read:
        return f"; {_BLIND}"
    found = sum(entry.status in _MEETINGS for state in read for entry in state.busy)
    at_least = "at least " if len(read) < count else ""
    said = f", {at_least}{plural(found, 'meeting')} until {until.astimezone(UTC):%H:%M} UTC"
    return f"{said}{_small_print(read, count, now)}"


def _small_print(read: Sequence[RoomState], count: int, now: datetime) -> str:
    """Which calendars the number leaves out, and how old it is where Graph did not answer."""
    left = count - len(read)
    oldest = now - min(state.read_at for state in read)
    parts = [f"{plural(left, 'calendar')} not read"] * bool(left)
    parts += [f"as read {age(oldest)} ago"] * (oldest > FRESH)
    return f" ({', '.join(parts)})" if parts else ""
