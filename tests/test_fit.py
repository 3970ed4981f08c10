"""Whether a room is what is wanted, and which fits best: one row a rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.rooms import Busy, BusyStatus, Room, RoomState
from handlers.equipment import has
from handlers.fit import Candidate, Offer, best_first, candidates, offer, on_floor
from handlers.nearest import why_nothing_fits
from handlers.wanted import Wanted

TWO = datetime(2026, 11, 24, 14, tzinfo=UTC)
THREE = TWO + timedelta(hours=1)


@pytest.mark.parametrize(
    ("room", "item", "answer"),
    [
        (Room("a", "A", video="Teams Room"), "video", True),
        (Room("a", "A", tags=("video",)), "video", True),
        (Room("a", "A", display="surface hub"), "surface hub", True),
        (Room("a", "A", display="surface hub"), "video", False),
        (Room("a", "A"), "video", None),  # nothing at all is recorded
        (Room("a", "A", tags=("whiteboards",)), "whiteboard", False),
    ],
)
def test_equipment_is_there_or_not_or_not_recorded(room, item, answer):
    assert has(room, item) is answer


@pytest.mark.parametrize(
    ("room", "floor", "answer"),
    [
        (Room("a", "A", floor_number=2), "2", True),
        (Room("a", "A", floor_number=2, floor_label="Mezzanine"), "mezzanine", True),
        (Room("a", "A", floor_number=0), "0", True),
        (Room("a", "A", floor_number=3), "2", False),
        (Room("a", "A"), "2", None),
    ],
)
def test_a_floor_is_known_by_number_or_label(room, floor, answer):
    assert on_floor(room, floor) is answer


def test_a_room_without_seats_on_record_is_offered_last_and_says_so():
    rooms = [Room("u", "Unsized"), Room("s", "Small", 4), Room("l", "Large", 10)]
    found = candidates(rooms, Wanted(people=8))

    ranked = best_first([Offer(c, None) for c in found], Wanted(people=8))

    assert [(o.room.name, o.candidate.unrecorded) for o in ranked] == [
        ("Large", ()),
        ("Unsized", ("seats not recorded",)),
    ]


def test_enough_seats_but_not_far_too_many_come_first_then_longest_free():
    def free(name, seats, hours):
        until = TWO + timedelta(hours=hours) if hours else None
        return Offer(Candidate(Room(name, name, seats)), until)

    offers = [free("hall", 100, 0), free("brief", 8, 1), free("long", 10, 4), free("wide", 14, 0)]

    ranked = best_first(offers, Wanted(people=8))

    assert [o.room.name for o in ranked] == ["long", "brief", "wide", "hall"]


def state(*busy: Busy) -> RoomState:
    return RoomState(Room("a", "A"), TWO, busy)


@pytest.mark.parametrize(
    ("entries", "free", "until", "tentative"),
    [
        ([], True, None, 0),
        ([(-60, 0)], True, None, 0),  # ends as we begin
        ([(60, 90)], True, 60, 0),  # begins as we end
        ([(59, 90)], False, None, 0),
        ([(-600, 600)], False, None, 0),
        ([(90, 120), (150, 180)], True, 90, 0),
    ],
)
def test_free_means_free_for_the_whole_time(entries, free, until, tentative):
    busy = tuple(Busy(TWO + timedelta(minutes=a), TWO + timedelta(minutes=b)) for a, b in entries)

    made = offer(Candidate(Room("a", "A")), state(*busy), TWO, THREE)

    assert (made is not None) is free
    if made:
        assert made.free_until == (TWO + timedelta(minutes=until) if until else None)


@pytest.mark.parametrize(
    ("status", "taken", "tentative"),
    [
        (BusyStatus.BUSY, True, False),
        (BusyStatus.OUT_OF_OFFICE, True, False),
        (BusyStatus.UNKNOWN, True, False),
        (BusyStatus.TENTATIVE, False, True),
        (BusyStatus.ELSEWHERE, False, True),
    ],
)
def test_tentative_is_told_apart_from_busy(status, taken, tentative):
    made = offer(Candidate(Room("a", "A")), state(Busy(TWO, THREE, status)), TWO, THREE)

    assert (made is None) is taken
    assert bool(made and made.tentative) is tentative


def test_an_empty_answer_names_the_filter_that_emptied_it_and_the_nearest_size():
    rooms = [Room("a", "Ant", 4), Room("b", "Bee", 6)]

    sentence = why_nothing_fits(rooms, Wanted(people=8, accessible=False))

    assert "for 8 people" in sentence
    assert "The largest is Bee with 6 seats." in sentence
