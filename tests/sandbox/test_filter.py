"""The part of OData's $filter that Graph's answers here understand."""

from __future__ import annotations

import pytest

from adapters.sandbox.refusal import Refusal
from adapters.sandbox.where import where

ITEM = {
    "name": "O'Brien",
    "seats": 8,
    "video": None,
    "enabled": True,
    "status": {"errorCode": 0},
    "tags": ["Quiet", "glass"],
    "rows": [{"kind": "a"}, {"kind": "b"}],
    "created": "2026-11-23T10:00:00Z",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name eq 'o''brien'", True),
        ("name ne 'x'", True),
        ("seats gt 7 and seats lt 9", True),
        ("seats ge 9 or seats le 8", True),
        ("seats ge 9 or (seats le 8 and enabled eq false)", False),
        ("not (seats eq 8)", False),
        ("video eq null", True),
        ("video gt 3", False),
        ("status/errorCode eq 0", True),
        ("startswith(name,'O')", True),
        ("tags/any(t:t eq 'quiet')", True),
        ("tags/any(t: t eq 'loud')", False),
        ("rows/all(r:r/kind ne 'c')", True),
        ("rows/any(r:r/kind eq 'b') and enabled eq true", True),
        ("created ge 2026-11-23T00:00:00Z", True),
        ("created lt 2026-11-23T00:00:00Z", False),
    ],
)
def test_a_filter_says_which_objects_it_means(text: str, expected: bool) -> None:
    assert where(text)(ITEM) is expected


@pytest.mark.parametrize(
    "text", ["", "seats", "seats eq", "seats like 8", "(seats eq 8", "seats eq 8)", "a ; b"]
)
def test_a_filter_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="Invalid filter clause"):
        where(text)


def test_a_filter_on_an_unknown_property_is_refused() -> None:
    with pytest.raises(Refusal, match="colour"):
        where("colour eq 'red'")(ITEM)
