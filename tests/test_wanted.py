"""What is wanted of a room, read from words in any order, with did-you-mean."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Usage
from bot.rooms import Room
from bot.text import clean
from handlers.equipment import Equipment
from handlers.places import Places
from handlers.wanted import Wanted, split
from handlers.wishes import read, unknown

ROOMS = (
    Room("fado@x", "Fado", city="Lisbon", building="Baixa", video="Teams Room", lists=("LX all",)),
    Room("thames@x", "Thames", city="London", building='O\'Brien "House" #4', tags=("whiteboard",)),
    Room("or@x", "Or", city="תל אביב", state="New York", tags=("surface hub", "video")),
    Room("one@x", "One", city="May", building="1"),
)
PLACES, EQUIPMENT = Places(ROOMS), Equipment.of(ROOMS)


def reading(text: str) -> tuple[Wanted, list[str]]:
    return read(split(clean(text)), PLACES, EQUIPMENT)


@pytest.mark.parametrize(
    ("said", "place", "rest"),
    [
        ("in Lisbon", "Lisbon", []),
        ("LISBON 2pm", "Lisbon", ["2pm"]),
        ("in lísbon tomorrow", "Lisbon", ["tomorrow"]),
        ("in o'brien house 4 at 2pm", 'O\'Brien "House" #4', ["at", "2pm"]),
        ('in "OBrien House #4"', None, None),
        ("in תל אביב", "תל אביב", []),
        ("in New York in 20 minutes", "New York", ["in", "20", "minutes"]),
        ("in LX all", "LX all", []),
        ("in May", "May", []),
        ("may", None, ["may"]),  # a month unless it is said with in
        ("1", None, ["1"]),  # a number is no place unless it is said with in
        ("in 1", "1", []),
        ("in 20 minutes", None, ["in", "20", "minutes"]),
        ("in half an hour", None, ["in", "half", "an", "hour"]),
    ],
)
def test_a_place_is_known_by_its_name_however_it_is_written(said, place, rest):
    if rest is None:
        with pytest.raises(Usage, match="no place called"):
            reading(said)
        return

    wanted, left = reading(said)

    assert (wanted.place.name if wanted.place else None) == place
    assert left == rest


@pytest.mark.parametrize(
    ("said", "people"),
    [("8 people", 8), ("for 12 persons", 12), ("8p", 8), ("20 pax,", 20), ("1 seat", 1)],
)
def test_people_are_counted(said, people):
    assert reading(said) == (Wanted(people=people), [])


@pytest.mark.parametrize(
    ("said", "floor"),
    [("floor 2", "2"), ("2nd floor", "2"), ("ground floor", "0"), ("level B", "B")],
)
def test_a_floor_is_a_number_or_a_label(said, floor):
    assert reading(said) == (Wanted(floor=floor), [])


@pytest.mark.parametrize(
    ("said", "equipment"),
    [
        ("with video", ("video",)),
        ("with video and whiteboard", ("video", "whiteboard")),
        ("whiteboard", ("whiteboard",)),
        ("with surface hub, tv", ("surface hub", "display")),
        ("with a-nonsense", None),
    ],
)
def test_equipment_is_known_by_recorded_and_everyday_words(said, equipment):
    if equipment is None:
        with pytest.raises(Usage, match="on record"):
            reading(said)
        return

    assert reading(said)[0].equipment == equipment


def test_filters_stand_in_any_order_among_words_of_time():
    first = reading("tomorrow 2pm for 45m, 8 people in Lisbon with video accessible floor 2")
    second = reading("floor 2 with video tomorrow accessible in Lisbon 2pm 8 people for 45m")

    assert first[0] == second[0]
    assert sorted(first[1]) == sorted(second[1]) == ["2pm", "45m", "for", "tomorrow"]


def test_a_misspelt_place_is_answered_with_the_one_that_was_meant():
    with pytest.raises(Usage, match="Lisbonn") as wrong:
        reading("in Lisbonn tomorrow 2pm")

    assert wrong.value.hint == "Did you mean Lisbon?"


def test_words_that_mean_nothing_are_repeated_with_a_hint():
    wanted, rest = reading("whitebord")

    assert wanted == Wanted()
    assert unknown(rest, PLACES, EQUIPMENT).hint == "Did you mean whiteboard?"


def test_two_of_a_kind_are_refused():
    with pytest.raises(Usage, match="two places"):
        reading("in Lisbon in London")


@pytest.mark.parametrize("said", ["0 people", "999999999 people"])
def test_a_number_of_people_that_makes_no_sense_gets_a_sentence(said):
    with pytest.raises(Usage, match="not a number I can seat"):
        reading(said)


@given(
    st.sampled_from([None, *PLACES.by_name.values()]),
    st.sampled_from([None, "2", "B", "-1"]),
    st.none() | st.integers(1, 500),
    st.lists(st.sampled_from(["video", "whiteboard", "surface hub"]), unique=True),
    st.booleans(),
    st.booleans(),
)
def test_the_line_that_asks_again_asks_for_the_same(place, floor, people, items, access, joins):
    wanted = Wanted(place, floor, people, tuple(items), access, joins)

    assert reading(wanted.line()) == (wanted, [])


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    with contextlib.suppress(Usage):
        reading(text)
