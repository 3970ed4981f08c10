"""When the answer is empty: which filter emptied it, and what comes nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.ports import Services
from bot.reply import Block, Text
from bot.rooms import Room, RoomState
from handlers.details import seats
from handlers.fit import Candidate, candidates, filters, offer
from handlers.question import Question
from handlers.wanted import Wanted

MOST_ASKED = 200  # rooms of another size that an empty answer may look at: ten Graph requests


def why_nothing_fits(rooms: Sequence[Room], wanted: Wanted) -> str:
    """The one filter without which something would fit; else the first that nothing passes."""
    if not rooms:
        return "The directory lists no rooms at all."
    for wish in reversed(filters(wanted)):
        if without := [c for c in candidates(rooms, wish.drop) if not c.unrecorded]:
            count = len(without)
            return (
                f"There is no room {wish.words}{_and_else(wish.drop)}; "
                f"without that, {count:,} would fit. "
                f"{_largest(without, wanted)}"
            ).rstrip()
    words = ", ".join(wish.words for wish in filters(wanted))
    return f"There is no room {words}."


def _and_else(left: Wanted) -> str:
    words = ", ".join(wish.words for wish in filters(left))
    return f" among those {words}" if words else ""


def _largest(found: Sequence[Candidate], wanted: Wanted) -> str:
    sized = [c.room for c in found if c.room.capacity is not None]
    if wanted.people is None or not sized:
        return ""
    largest = max(sized, key=lambda room: room.capacity or 0)
    if (largest.capacity or 0) >= wanted.people:
        return ""
    return f"The largest is {largest.name} with {seats(largest)}."


def blocks(
    question: Question,
    found: Sequence[Candidate],
    unread: int,
    tentative: int,
    services: Services,
) -> list[Block]:
    """What emptied the answer, then another time for the same wish, then another size now.

    `unread` and `tentative` say how many of those found could not be read or are perhaps free.
    """
    if unread == len(found):
        return []
    sentences = [_emptied(len(found) - unread, unread > 0, tentative)]
    sentences += [s for s in (_another_time(question, found, services),) if s]
    sentences += [s for s in (_another_size(question, found, services),) if s]
    return [Text((" ".join(sentences),))]


def _emptied(read: int, some_unread: bool, tentative: int) -> str:
    which = "that I could read and that" if some_unread else "that"
    if read == 1:
        taken = "booked tentatively" if tentative else "taken for at least a part of it"
        return f"The only one {which} fits is {taken}."
    if tentative:
        return f"All {read:,} {which} fit are booked, {tentative:,} of them only tentatively."
    return f"All {read:,} {which} fit are taken for at least a part of it."


def _another_time(question: Question, found: Sequence[Candidate], services: Services) -> str:
    """The first later start on the same days at which one of them is free for as long."""
    start, end = question.window()
    length = question.interval.end - question.interval.start
    states = services.rooms.availability([c.room for c in found], start, end)
    starts = [
        (at, question.label(state.room))
        for state in states
        if state.unreadable is None
        and (at := first_gap(state, question.interval.start, end, length)) is not None
    ]
    if not starts:
        return f"None of them is free for as long later {question.that_day}."
    at, name = min(starts)
    clock = question.clock(at, question.interval.start)
    return f"The next that is free for as long is {name}, from {clock}."


def first_gap(
    state: RoomState, start: datetime, end: datetime, length: timedelta
) -> datetime | None:
    """The first moment in the window from which nothing is booked for as long, not even perhaps."""
    at = start
    for entry in state.busy:
        if entry.start - at >= length:
            break
        at = max(at, entry.end)
    return at if at + length <= end else None


def _another_size(question: Question, found: Sequence[Candidate], services: Services) -> str:
    if question.wanted.people is None:
        return ""
    known = {c.room.address for c in found}
    smaller = candidates(question.catalogue.rooms, replace(question.wanted, people=None))
    others = [c for c in smaller if c.room.address not in known and c.room.capacity is not None]
    others = sorted(others, key=lambda c: -(c.room.capacity or 0))[:MOST_ASKED]
    states = services.rooms.availability([c.room for c in others], *question.window())
    for candidate, state in zip(others, states, strict=True):
        if state.unreadable is not None:
            continue
        free = offer(candidate, state, question.interval.start, question.interval.end)
        if free is not None and not free.tentative:
            return f"Smaller but free then: {question.label(free.room)}, {seats(free.room)}."
    return ""
