"""Drawings made of characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chart import columns, spelled
from tests.pictured import DAY, of


def drawing(width: int, *values: float | None) -> list[str]:
    picture = of(*values)
    return columns(picture, picture.series[0], width)


def test_a_day_fits_into_a_line_of_a_phone() -> None:
    assert columns(DAY, DAY.series[0], 38) == [
        "1,190 ┤    ▄██▄",
        "      │  ▄██████",
        "      │ ████████              █",
        "      │█████████??█████████████",
        "    0 └────────────────────────",
        "       15:00 21:00 03:00 09:00",
    ]


def test_where_there_is_room_columns_are_wide_and_apart() -> None:
    assert drawing(40, 0, 1, None, 8) == [
        "8 ┤         ██",
        "  │         ██",
        "  │         ██",
        "  │   ▄▄ ?? ██",
        "0 └────────────",
        "   a  b  c  d",
    ]


def test_a_row_of_zeros_is_an_empty_chart() -> None:
    assert drawing(20, 0, 0)[-3:] == ["  │", "0 └──────", "   a  b"]


@pytest.mark.parametrize("width", [-1, 0, 5, 25])
def test_without_room_there_is_no_drawing(width: int) -> None:
    assert drawing(width, *range(24)) == []


def test_what_was_not_measured_at_all_is_not_drawn() -> None:
    assert drawing(80, None, None) == []


def test_a_terminal_without_blocks_gets_ascii() -> None:
    assert spelled("9 ┤█ ▄\n0 └──", "ascii") == "9 +# :\n0 `--"
    assert spelled("1 ┤█▄", "cp437") == "1 ┤█▄"
    assert spelled("Belém ▄", "latin-1") == "Belém :"
    assert spelled("Belém ▄", "utf-8") == "Belém ▄"


row = st.lists(st.none() | st.floats(0, 1e12), min_size=1, max_size=26)


@given(row, st.integers(0, 90))
def test_no_line_is_longer_than_allowed_and_no_gap_is_filled(
    values: list[float | None], width: int
) -> None:
    lines = drawing(width, *values)

    assert all(len(line) <= width for line in lines)
    if lines:
        assert ("?" in lines[3]) == (None in values)
        assert all("?" not in line for line in lines[:3])
