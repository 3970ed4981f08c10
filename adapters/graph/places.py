"""The directory of rooms and room lists, read from Places.

https://learn.microsoft.com/graph/api/place-list
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from adapters.graph import plain
from adapters.graph.batch import Batch
from adapters.graph.question import Question, places, segment
from adapters.graph.timing import Timing
from adapters.graph.wire import Wire
from bot.errors import Trouble
from bot.rooms import Catalogue, Room

ROOMS = "/places/microsoft.graph.room"
_LISTS = "/places/microsoft.graph.roomlist"


@dataclass(slots=True)
class _Shelf:
    """Rooms as they come in, by address in any case; and what was wrong with some."""

    rooms: dict[str, Room] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    nameless: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, place: object) -> str:
        """The key of the room; "" for what is none."""
        room = room_of(place)
        if room is None:
            self.nameless += 1
            return ""
        key = room.address.casefold()
        known = self.rooms.get(key)
        self.rooms[key] = room if known is None else _merged(known, room)
        return key

    def catalogue(self, timing: Timing) -> Catalogue:
        rooms = tuple(
            replace(room, lists=tuple(self.lists[key])) if key in self.lists else room
            for key, room in self.rooms.items()
        )
        return Catalogue(rooms, timing.clock(), " ".join(self._problems()))

    def _problems(self) -> list[str]:
        what = "room has" if self.nameless == 1 else "rooms have"
        said = f"{self.nameless} {what} no address in the directory and cannot be asked about."
        return [*([said] if self.nameless else []), *dict.fromkeys(self.problems)]


class Places:
    """Reads the whole directory; slow in a large tenant, so see catalogue.py."""

    def __init__(self, wire: Wire, batch: Batch, timing: Timing) -> None:
        self._wire, self._batch, self._timing = wire, batch, timing

    def read(self, until: float) -> Catalogue:
        """Every room; Trouble if the rooms cannot be read, a `problem` if only their lists."""
        shelf = _Shelf()
        for place in self._wire.pages(places("rooms", ROOMS), until):
            shelf.add(place)
        try:
            self._read_lists(shelf, until)
        except Trouble as trouble:
            shelf.problems.append(f"The room lists could not be read: {trouble.sentence}")
        return shelf.catalogue(self._timing)

    def _read_lists(self, shelf: _Shelf, until: float) -> None:
        lists = _named(self._wire.pages(places("roomLists", _LISTS), until))
        questions = [_members(address) for address in lists]
        answers = self._batch.ask(questions, until)
        for name, question, answer in zip(lists.values(), questions, answers, strict=True):
            try:
                if isinstance(answer, Trouble):
                    raise answer
                for place in self._wire.rest(question, answer, until):
                    if key := shelf.add(place):
                        shelf.lists.setdefault(key, []).append(name)
            except Trouble as trouble:
                text = f"The room list {name} could not be read: {trouble.sentence}"
                shelf.problems.append(text)


def _named(lists: Iterable[object]) -> dict[str, str]:
    """Names by address; what has no address cannot be asked for its rooms."""
    named: dict[str, str] = {}
    for each in lists:
        if isinstance(each, dict) and (address := _address(each)):
            named.setdefault(address, plain.text(each.get("displayName")) or address)
    return named


def _members(address: str) -> Question:
    return places("roomsOfList", f"/places/{segment(address)}/microsoft.graph.roomlist/rooms")


def room_of(place: object) -> Room | None:
    """The room; None where it has no address by which its calendar could be asked for."""
    if not isinstance(place, dict) or not (address := _address(place)):
        return None
    where = place.get("address")
    inner: Mapping[str, Any] = where if isinstance(where, dict) else {}
    nickname = plain.text(place.get("nickname"))
    return Room(
        address=address,
        name=plain.text(place.get("displayName")) or nickname or address,
        capacity=_seats(place.get("capacity")),
        building=plain.text(place.get("building")),
        floor_number=plain.whole(place.get("floorNumber")),
        floor_label=plain.text(place.get("floorLabel")),
        city=plain.text(inner.get("city")),
        state=plain.text(inner.get("state")),
        country=plain.text(inner.get("countryOrRegion")),
        nickname=nickname,
        label=plain.text(place.get("label")),
        phone=plain.text(place.get("phone")),
        audio=plain.text(place.get("audioDeviceName")),
        video=plain.text(place.get("videoDeviceName")),
        display=plain.text(place.get("displayDeviceName", place.get("displayDevice"))),
        tags=plain.texts(place.get("tags")),
        accessible=plain.truth(place.get("isWheelChairAccessible")),
        booking_type=plain.text(place.get("bookingType")),
    )


def _address(place: Mapping[str, Any]) -> str:
    said = plain.text(place.get("emailAddress"))
    return said if "@" in said and " " not in said and not said.endswith("…") else ""


def _seats(value: object) -> int | None:
    seats = plain.whole(value)
    return seats if seats is not None and seats > 0 else None


_BLANK: tuple[object, ...] = (None, "", ())


def _merged(one: Room, other: Room) -> Room:
    """The first, with what it does not record taken from the other."""
    gaps = {
        each.name: value
        for each in fields(Room)
        if getattr(one, each.name) in _BLANK and (value := getattr(other, each.name)) not in _BLANK
    }
    return replace(one, **gaps) if gaps else one
