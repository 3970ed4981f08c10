"""One question about free rooms, understood: when, what is wanted, and in whose zone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.people import Invocation
from bot.ports import Services
from bot.rooms import Catalogue, Room
from handlers.equipment import Equipment
from handlers.names import normal
from handlers.places import Place, Places
from handlers.wanted import Wanted, split
from handlers.when import Interval, canonical, understand
from handlers.wishes import read, unknown
from handlers.zones import zone_of

PROBE = timedelta(hours=1)  # the shortest look at a calendar, to learn its mailbox's zone


@dataclass(frozen=True, slots=True)
class Question:
    interval: Interval
    wanted: Wanted
    catalogue: Catalogue

    def line(self, later: timedelta = timedelta(0), page: int = 1) -> str:
        """The command line that asks the same, later or for another page."""
        start, end = self.interval.start + later, self.interval.end + later
        when = canonical(replace(self.interval, start=start, end=end))
        words = (when, self.wanted.line(), f"page {page}" if page > 1 else "")
        return " ".join(("rooms free", *(word for word in words if word)))

    def label(self, room: Room) -> str:
        """Its name; with its address where another room has the same name."""
        same = sum(normal(other.name) == normal(room.name) for other in self.catalogue.rooms)
        return room.name if same < 2 else f"{room.name} ({room.address})"

    def window(self) -> tuple[datetime, datetime]:
        """The days that the interval touches, in its zone: what is read of each calendar."""
        zone = ZoneInfo(self.interval.zone)
        first = self.interval.start.astimezone(zone).date()
        # The last instant inside the interval, so that midnight itself begins no further day.
        last = (self.interval.end - timedelta(microseconds=1)).astimezone(zone).date()
        return midnight(first, zone), midnight(last + timedelta(days=1), zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins there, in UTC."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def understand_question(invocation: Invocation, services: Services) -> Question:
    """Usage with a sentence where the words make no sense."""
    catalogue = services.rooms.catalogue()
    places, equipment = Places(catalogue.rooms), Equipment.of(catalogue.rooms)
    wanted, rest = read(split(invocation.arguments), places, equipment)
    zone = reader_zone(invocation, services, wanted.place, catalogue)
    understood = understand(rest, invocation.at, zone)
    if understood.rest:
        raise unknown(understood.rest, places, equipment)
    return Question(understood.interval, wanted, catalogue)


def reader_zone(
    invocation: Invocation, services: Services, place: Place | None, catalogue: Catalogue
) -> str:
    """The asker's own zone, else that of the place asked for, else the setting's."""
    if own := zone_of(invocation.user.timezone):
        return own
    there = [room for room in catalogue.rooms if place and place.holds(room)]
    return place_zone(there[:3], services, invocation.at) or services.timezone


def place_zone(rooms: list[Room], services: Services, now: datetime) -> str | None:
    """The zone that the rooms' own mailboxes are set to; None where none of them says."""
    if not rooms:
        return None
    hour = now.replace(minute=0, second=0, microsecond=0)
    states = services.rooms.availability(rooms, hour, hour + PROBE)
    zones = (zone_of(state.zone, state.room.country) for state in states)
    return next((zone for zone in zones if zone), None)
