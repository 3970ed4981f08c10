"""Typed text, made safe to read, to keep and to repeat."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.text import clean, quote


@given(st.text())
def test_a_clean_line_can_be_stored_anywhere_and_paints_no_terminal(text):
    line = clean(text)

    line.encode("utf-8")
    assert "\x00" not in line
    assert "\x1b" not in line
    assert "\n" not in line
    assert clean(line) == line


def test_joiners_and_right_to_left_letters_stay():
    assert clean("👩‍💻 חדר") == "👩‍💻 חדר"
    assert clean("a\u202eb") == "a b"


def test_a_long_quotation_is_shortened_visibly():
    assert quote("x" * 100) == f"“{'x' * 59}…”"
