"""One question about free rooms, understood: when, what is wanted, and in whose zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.people import Invocation
from bot.ports import Services
from bot.rooms import Catalogue, Room
from handlers.details import labels, spell_clock
from handlers.equipment import Equipment
from handlers.names import normal
from handlers.places import Place, Places
from handlers.wanted import Wanted, split
from handlers.when import Interval, canonical, understand
from handlers.wishes import read, unknown
from handlers.zones import zone_of

PROBED = 20  # rooms that one question to Graph can be about
PROBE = timedelta(hours=1)  # the shortest look at a calendar, to learn its mailbox's zone


class Directory:
    """What the rooms of one catalogue are called by, made once: 60 ms for 10,000 rooms."""

    def __init__(self, rooms: Sequence[Room]) -> None:
        self.rooms = rooms
        self.places, self.equipment = Places(rooms), Equipment.of(rooms)

    @cached_property
    def labels(self) -> dict[str, str]:
        """How to name each room, by address."""
        return labels(self.rooms)


_last = Directory(())


def directory(catalogue: Catalogue) -> Directory:
    """That of the last catalogue again where it is the very same."""
    global _last
    known = _last
    if known.rooms is not catalogue.rooms:
        known = _last = Directory(catalogue.rooms)
    return known


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
        return directory(self.catalogue).labels[room.address]

    @property
    def that_day(self) -> str:
        """The window in words."""
        start, end = self.window()
        return "that day" if end - start < timedelta(hours=36) else "on those days"

    def clock(self, at: datetime, beside: datetime) -> str:
        """The time of day; with the date where that is another than the other's."""
        zone = ZoneInfo(self.interval.zone)
        return spell_clock(at, zone, beside.astimezone(zone).date())

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
    known = directory(catalogue)
    wanted, rest = read(split(invocation.arguments), known.places, known.equipment)
    zone = reader_zone(invocation, services, wanted.place, catalogue)
    understood = understand(rest, invocation.at, zone)
    if understood.rest:
        raise unknown(understood.rest, known.places, known.equipment)
    return Question(understood.interval, wanted, catalogue)


def reader_zone(
    invocation: Invocation, services: Services, place: Place | None, catalogue: Catalogue
) -> str:
    """The asker's own zone, else that of the place asked for, else the setting's."""
    if own := zone_of(invocation.user.timezone):
        return own
    there = [room for room in catalogue.rooms if place and place.holds(room)]
    return place_zone(there, services, invocation.at) or services.timezone


def place_zone(rooms: Sequence[Room], services: Services, now: datetime) -> str | None:
    """The zone of the rooms' own mailboxes; None where none says, or clocks differ among cities."""
    if not rooms:
        return None
    hour = now.replace(minute=0, second=0, microsecond=0)
    states = services.rooms.availability(_sample(rooms), hour, hour + PROBE)
    cities: dict[str, str] = {}
    for state in states:
        if zone := zone_of(state.zone, state.room.country):
            cities.setdefault(_city(state.room), zone)
    zones = list(cities.values())
    return zones[0] if len({_clocks(zone, now) for zone in zones}) == 1 else None


def _clocks(zone: str, now: datetime) -> tuple[timedelta | None, ...]:
    """What tells two zones apart: Lisbon's and London's are the same, summer and winter."""
    seasons = (now, now + timedelta(days=182))
    return tuple(at.astimezone(ZoneInfo(zone)).utcoffset() for at in seasons)


def _sample(rooms: Sequence[Room]) -> list[Room]:
    """Some of each city, so that one wrong mailbox does not speak for all, nor Lisbon for Tokyo."""
    cities: dict[str, list[Room]] = {}
    for room in rooms:
        cities.setdefault(_city(room), []).append(room)
    rounds = (held[number : number + 1] for number in range(3) for held in cities.values())
    return [room for held in rounds for room in held][:PROBED]


def _city(room: Room) -> str:
    return normal(room.city or room.building or room.country)
