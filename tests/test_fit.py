"""Whether a room is what is wanted, and which fits best: one row a rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.rooms import Busy, BusyStatus, Room, RoomState
from handlers.equipment import has
from handlers.fit import Candidate, Offer, best_first, candidates, offer, on_floor
from handlers.nearest import first_gap, why_nothing_fits
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
        (Room("a", "A", tags=("digital whiteboard",)), "whiteboard", True),
        (Room("a", "A", tags=("Projector",)), "display", True),
        (Room("a", "A", tags=("65 inch TV",)), "screen", True),
        (Room("a", "A", tags=("headphones",)), "audio", False),
        (Room("a", "A", tags=("",)), "video", None),
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
        (Room("a", "A", floor_number=1, floor_label="1"), "-1", False),
        (Room("a", "A", floor_number=-1), "-1", True),
        (Room("a", "A", floor_label="02"), "2", True),
        (Room("a", "A", floor_label="Floor 2"), "2", True),
        (Room("a", "A", floor_label="Floor 12"), "2", False),
        (Room("a", "A", floor_number=3, floor_label="Wing 2"), "2", False),
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


@pytest.mark.parametrize(
    ("room", "wanted", "answer"),
    [
        (Room("a", "A", accessible=True), Wanted(accessible=True), ()),
        (Room("a", "A", accessible=False), Wanted(accessible=True), None),
        (Room("a", "A"), Wanted(accessible=True), ("wheelchair access not recorded",)),
        (Room("a", "A", tags=("combinable",)), Wanted(combinable=True), ()),
        (Room("a", "A", tags=("quiet",)), Wanted(combinable=True), None),
        (Room("a", "A"), Wanted(combinable=True), ("combinable not recorded",)),
        (Room("a", "A"), Wanted(floor="2", people=4), ("floor not recorded", "seats not recorded")),
        (Room("a", "A", 4), Wanted(people=4), ()),
        (Room("a", "A", 3), Wanted(people=4), None),
    ],
)
def test_what_is_not_recorded_is_neither_in_nor_out(room, wanted, answer):
    found = candidates([room], wanted)

    assert [c.unrecorded for c in found] == ([] if answer is None else [answer])


def test_between_equals_the_smaller_then_the_name_then_the_address_decides():
    rooms = [
        Room("u", "Unsized"), Room("z", "Zebra", 4), Room("b", "Ant", 6), Room("c", "Ant", 4),
        Room("a", "Ant", 4),
    ]  # fmt: skip

    ranked = best_first([Offer(Candidate(room), None) for room in rooms], Wanted())

    assert [o.room.address for o in ranked] == ["a", "c", "z", "b", "u"]


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


@pytest.mark.parametrize(
    ("entries", "gap"),
    [
        ([], 0),
        ([(0, 60)], 60),
        ([(0, 60), (90, 120)], 120),  # half an hour between them is too short
        ([(-600, 30), (0, 60)], 60),
        ([(0, 90), (10, 20)], 90),  # a short one inside a long one
        ([(60, 120)], 0),
        ([(0, 540)], 540),
        ([(0, 541)], None),  # the rest of the day is too short
    ],
)
@pytest.mark.parametrize("status", [BusyStatus.BUSY, BusyStatus.TENTATIVE])
def test_the_next_gap_is_long_enough_and_holds_nothing_at_all(entries, gap, status):
    busy = tuple(
        Busy(TWO + timedelta(minutes=a), TWO + timedelta(minutes=b), status) for a, b in entries
    )

    found = first_gap(state(*busy), TWO, TWO + timedelta(hours=10), timedelta(hours=1))

    assert found == (None if gap is None else TWO + timedelta(minutes=gap))


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (Wanted(people=8), "There is no room for 8 people; without that, 2 would fit. The largest"),
        (Wanted(equipment=("video",)), "There is no room with video; without that, 2 would fit."),
        (Wanted(floor="9"), "There is no room on floor 9; without that, 2 would fit."),
        (
            Wanted(combinable=True),
            "There is no room that can be joined; without that, 2 would fit.",
        ),
        (
            Wanted(people=1, accessible=True),
            "There is no room with wheelchair access among those for 1 person; without that, 2",
        ),
        (Wanted(floor="9", people=8), "There is no room on floor 9, for 8 people."),
    ],
)
def test_an_empty_answer_is_a_sentence_whatever_emptied_it(wanted, sentence):
    known = {"floor_number": 1, "accessible": False, "tags": ("quiet",)}
    rooms = [Room("a", "Ant", 4, **known), Room("b", "Bee", 6, **known)]

    assert why_nothing_fits(rooms, wanted).startswith(sentence)


def test_an_empty_answer_names_the_filter_that_emptied_it_and_the_nearest_size():
    rooms = [Room("a", "Ant", 4), Room("b", "Bee", 6)]

    sentence = why_nothing_fits(rooms, Wanted(people=8, accessible=False))

    assert "for 8 people" in sentence
    assert "The largest is Bee with 6 seats." in sentence
