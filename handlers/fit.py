"""Whether a room is what is wanted, and which room fits best.

Three values: a room whose seats or equipment are not recorded is neither in nor out; it is
offered last and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.rooms import Busy, BusyStatus, Room, RoomState
from handlers.equipment import combinable, has
from handlers.names import normal
from handlers.wanted import Wanted, count_people


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing that is wanted, in words, and what says so of a room."""

    words: str
    fits: Callable[[Room], bool | None]
    unrecorded: str  # what to say of a room where it is None
    drop: Wanted  # the same wish without this filter


def filters(wanted: Wanted) -> list[Filter]:
    """In the order in which an empty answer names them: the narrowest thing last."""
    made: list[Filter] = []
    if (place := wanted.place) is not None:
        made.append(Filter(f"in {place.name}", place.holds, "", replace(wanted, place=None)))
    if (floor := wanted.floor) is not None:
        fits = lambda room: on_floor(room, floor)  # noqa: E731  a name would be longer
        drop = replace(wanted, floor=None)
        made.append(Filter(f"on floor {floor}", fits, "floor not recorded", drop))
    if wanted.accessible:
        drop = replace(wanted, accessible=False)
        words, missing = "with wheelchair access", "wheelchair access not recorded"
        made.append(Filter(words, lambda room: room.accessible, missing, drop))
    if wanted.combinable:
        drop = replace(wanted, combinable=False)
        made.append(Filter("that can be joined", combinable, "combinable not recorded", drop))
    made += [_equipped(wanted, item) for item in wanted.equipment]
    if (people := wanted.people) is not None:
        made.append(_seats(wanted, people))
    return made


def _equipped(wanted: Wanted, item: str) -> Filter:
    left = tuple(other for other in wanted.equipment if other != item)
    drop = replace(wanted, equipment=left)
    fits = lambda room: has(room, item)  # noqa: E731
    return Filter(f"with {item}", fits, "equipment not recorded", drop)


def _seats(wanted: Wanted, people: int) -> Filter:
    def fits(room: Room) -> bool | None:
        return None if room.capacity is None else room.capacity >= people

    drop = replace(wanted, people=None)
    return Filter(f"for {count_people(people)}", fits, "seats not recorded", drop)


def on_floor(room: Room, floor: str) -> bool | None:
    """By number or label; None where neither is recorded."""
    if room.floor_number is None and not room.floor_label:
        return None
    said, label = _level(floor), _level(room.floor_label)
    if room.floor_number is None:  # the label alone: "Floor 2", "2nd floor"
        return said == label or f" {said} " in f" {label} "
    return said in (str(room.floor_number), label)


def _level(floor: str) -> str:
    """As floors are compared: -1 is not 1, 02 is 2."""
    try:
        return str(int(floor))
    except ValueError:
        return normal(floor)


@dataclass(frozen=True, slots=True)
class Candidate:
    room: Room
    unrecorded: tuple[str, ...] = ()


def candidates(rooms: Sequence[Room], wanted: Wanted) -> list[Candidate]:
    """The rooms that fit or may fit, in the order given."""
    wishes = filters(wanted)
    found = []
    for room in rooms:
        answers = [(wish, wish.fits(room)) for wish in wishes]
        if all(answer is not False for _, answer in answers):
            missing = dict.fromkeys(w.unrecorded for w, answer in answers if answer is None)
            found.append(Candidate(room, tuple(missing)))
    return found


@dataclass(frozen=True, slots=True)
class Offer:
    """A candidate whose calendar was read: free for the whole interval, or only tentatively so."""

    candidate: Candidate
    free_until: datetime | None  # None: to the end of the window
    tentative: tuple[Busy, ...] = ()

    @property
    def room(self) -> Room:
        return self.candidate.room


SOFT = frozenset({BusyStatus.TENTATIVE, BusyStatus.ELSEWHERE})


def offer(
    candidate: Candidate, state: RoomState, start: datetime, end: datetime
) -> Offer | None:  # fmt: skip
    """The offer, or None when the room is taken; the state must have been read."""
    clashes = state.clashes(start, end)
    if any(entry.status not in SOFT for entry in clashes):
        return None
    return Offer(candidate, state.next_entry(end), clashes)


def best_first(offers: Sequence[Offer], wanted: Wanted) -> list[Offer]:
    """What is recorded first, then seats enough but not far too many, then longest free."""
    far = max((o.free_until.timestamp() for o in offers if o.free_until), default=0.0) + 1

    def rank(offer: Offer) -> tuple[int, int, float, bool, int, str, str]:
        until = offer.free_until.timestamp() if offer.free_until else far
        room, unrecorded = offer.room, len(offer.candidate.unrecorded)
        seats = room.capacity or 0
        size = (room.capacity is None, seats)
        waste = _waste(seats, wanted.people)
        return unrecorded, waste, -until, *size, normal(room.name), room.address

    return sorted(offers, key=rank)


def _waste(seats: int, people: int | None) -> int:
    """0 for up to half as many seats again, 1 for up to three times as many, 2 beyond."""
    if people is None or seats <= people * 1.5:
        return 0
    return 1 if seats <= people * 3 else 2
