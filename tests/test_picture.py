"""A picture in words: the numbers are there, and what was not measured is told and not zero."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.picture import Measure, Picture, Series, sentence, sparkline, told
from bot.reply import Reply, plain
from tests.pictured import DAY, of


def first(picture: Picture) -> str:
    return sentence(picture, picture.series[0])


def test_a_picture_is_told_with_the_numbers_that_it_shows() -> None:
    assert plain(Reply((DAY,))).splitlines() == [
        "Last 24 hours by the hour, UTC: 15:00 to 14:00",
        "Requests to Graph: 12,301 requests in all, from 300 at 15:00 to 1,190 at 20:00; "
        "2 of 24 not measured ▃▄▆▇████▇??▃▃▃▃▃▃▃▃▃▃▃▃▄",
        "Refused with 429: 65 requests in all, from 0 at 15:00 to 40 at 10:00; "
        "2 of 24 not measured ▁▁▁▁▁▁▁▁▁??▁▁▁▁▁▂▂▃█▂▂▁▁",
        "Headroom, lowest of the hour: from 40.5 % at 20:00 to 85 % at 15:00, 72 % at last; "
        "2 of 24 not measured █▇▆▅▅▄▄▅▅??████████████▇",
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((None, None), "Requests: not measured"),
        ((0, 0), "Requests: 0 requests in all, 0 each time"),
        ((0, None), "Requests: 0 requests in all, 0 each time; 1 of 2 not measured"),
        ((7, 7), "Requests: 14 requests in all, 7 each time"),
        ((1, 2.25), "Requests: 3.2 requests in all, from 1 at a to 2.2 at b"),
    ],
)
def test_nothing_measured_is_not_nothing(values: tuple[float | None, ...], said: str) -> None:
    assert first(of(*values)) == said


def test_levels_are_not_added_up() -> None:
    level = Series("Headroom", (90, 100), "%", Measure.LEVEL)
    picture = replace(of(1, 2), series=(level,))

    assert first(picture) == "Headroom: from 90 % at a to 100 % at b, 100 % at last"


def test_a_little_is_seen_beside_a_lot() -> None:
    assert sparkline(of(0, 1, 10_000, None).series[0]) == "▁▂█?"


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
def test_what_cannot_be_drawn_is_refused_where_it_is_made(value: float) -> None:
    with pytest.raises(ValueError, match="finite and not below 0"):
        of(1, value)


def test_every_label_has_a_value_in_every_series() -> None:
    with pytest.raises(ValueError, match="Requests: 2 labels need as many values"):
        Picture("Today", ("a", "b"), (Series("Requests", (1,)),), "")
    with pytest.raises(ValueError, match="1 to 48 labels"):
        of()


values = st.lists(st.none() | st.floats(0, 1e9), min_size=1, max_size=26)


@given(values)
def test_a_character_a_value_and_none_is_never_a_bar(row: list[float | None]) -> None:
    line = sparkline(of(*row).series[0])

    assert [sign == "?" for sign in line] == [value is None for value in row]
    assert [sign == "▁" for sign in line] == [value == 0 for value in row]
    assert len(told(of(*row))) == 2
