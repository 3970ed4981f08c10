"""What is wanted of a room, read from words in any order, with did-you-mean."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.errors import Usage
from bot.rooms import Room
from bot.text import clean
from handlers.equipment import Equipment
from handlers.names import near, normal, sayable
from handlers.places import Places
from handlers.wanted import Wanted, split
from handlers.wishes import read, unknown

ROOMS = (
    Room("fado@x", "Fado", city="Lisbon", building="Baixa", video="Teams Room", lists=("LX all",)),
    Room("thames@x", "Thames", city="London", building='O\'Brien "House" #4', tags=("whiteboard",)),
    Room("or@x", "Or", city="תל אביב", state="New York", tags=("surface hub", "video")),
    Room("one@x", "One", city="May", building="1"),
    Room("two@x", "Two", building="20", floor_label="EG"),
    Room("king@x", "King", building="1 Kingdom Street", display='65" TV'),
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
        ("in 1 hour", None, ["in", "1", "hour"]),  # though a building is called 1
        ("in 20", "20", []),
        ('in "20" minutes', "20", ["minutes"]),  # quotes decide it by hand
        ("tomorrow at 1", None, ["tomorrow", "at", "1"]),
        ("at 1 kingdom street", "1 Kingdom Street", []),
        ("15:00 in Europe/Berlin", None, ["15:00", "in", "Europe/Berlin"]),
        ("15:00 in utc", None, ["15:00", "in", "utc"]),
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
    [
        ("8 people", 8),
        ("for 12 persons", 12),
        ("8p", 8),
        ("20 pax,", 20),
        ("1 seat", 1),
        ("for 8p", 8),
        ("at least 8 people", 8),
        ("for at least 8 people", 8),
        ("1 person", 1),
    ],
)
def test_people_are_counted(said, people):
    assert reading(said) == (Wanted(people=people), [])


@pytest.mark.parametrize(
    ("said", "floor"),
    [
        ("floor 2", "2"),
        ("2nd floor", "2"),
        ("ground floor", "0"),
        ("level B", "B"),
        ("on floor 2", "2"),
        ("on the 2nd floor", "2"),
        ("floor -1", "-1"),
        ('floor a"b', "a b"),
        ('floor "with"', "with"),
    ],
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


@pytest.mark.parametrize("said", ["floor", "floor with", 'floor "', "floor " + "9" * 41])
def test_a_floor_without_a_name_is_left_over(said):
    wanted, rest = reading(said)

    assert wanted.floor is None
    assert rest[0] == "floor"


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("8 people and video", []),
        ("with video and floor 2", []),
        ("whiteboard & accessible", []),
        ("between 2 and 4", ["between", "2", "and", "4"]),
        ("and", ["and"]),
        ("and " * 999, ["and"] * 999),
        ("& + and " * 300 + "video", ["&", "+", "and"] * 299 + ["&", "+"]),
        ("video and xyzzy", ["and", "xyzzy"]),
    ],
)
def test_and_joins_two_filters_and_stays_with_a_time(said, rest):
    assert reading(said)[1] == rest


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


NASTY = st.text(st.sampled_from("ab Bé#'\",;“”„-/12()֐ח\n@<>&"), min_size=1, max_size=30)


@given(NASTY, NASTY, NASTY, st.integers(1, 9))
def test_a_button_finds_again_whatever_the_directory_calls_its_places_and_things(
    city, tag, floor, page
):
    rooms = (Room("a@x", "A", city=city, tags=(tag,)),)
    places, equipment = Places(rooms), Equipment.of(rooms)
    assume(normal(city) in places.by_name and normal(tag) in equipment.by_name)
    said_floor = sayable(clean(floor))
    wanted = Wanted(
        places.by_name[normal(city)], said_floor or None, 1, (equipment.by_name[normal(tag)],),
        page=page,
    )  # fmt: skip

    again, rest = read(split(clean(f"{wanted.line()} page {page}")), places, equipment)

    assert (again, rest) == (wanted, [])


def test_a_misspelt_everyday_word_is_answered_with_the_one_that_was_meant():
    assert unknown(["projecter"], PLACES, EQUIPMENT).hint == "Did you mean projector?"


@pytest.mark.parametrize("said", ["Paris", "Oslo", "x", "zz", "Atlantis"])
def test_a_place_that_is_like_no_other_suggests_none(said):
    assert near(said, PLACES.names()) == []


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    with contextlib.suppress(Usage):
        reading(text)
