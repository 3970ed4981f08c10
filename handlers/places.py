"""Places that the directory knows: cities, buildings, states, countries and room lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.rooms import Room
from handlers.names import normal, sayable


@dataclass(frozen=True, slots=True)
class Place:
    """A name and every room that is there, by address in lower case."""

    name: str
    rooms: frozenset[str]

    def holds(self, room: Room) -> bool:
        return room.address.lower() in self.rooms


class Places:
    """Every place by its normalised name; one name may be city and building at once."""

    def __init__(self, rooms: Iterable[Room]) -> None:
        found: dict[str, tuple[str, set[str]]] = {}
        for room in rooms:
            for name in _names_of(room):
                key = normal(name)
                found.setdefault(key, (name, set()))[1].add(room.address.lower())
        self.by_name = {key: Place(name, frozenset(held)) for key, (name, held) in found.items()}

    def names(self) -> list[str]:
        return [place.name for place in self.by_name.values()]

    def some(self) -> str:
        """A sentence with the largest places, for somebody who named none of them."""
        largest = sorted(self.by_name.values(), key=lambda p: (-len(p.rooms), p.name))[:5]
        if not largest:
            return "The directory records no places for its rooms."
        return f"I know for example {', '.join(place.name for place in largest)}."


def _names_of(room: Room) -> Iterator[str]:
    names = (room.city, room.building, room.state, room.country, *room.lists)
    yield from (name for name in names if sayable(name))
