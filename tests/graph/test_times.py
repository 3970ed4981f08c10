"""Graph's dates and times, strictly."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.graph.times import clock_time, span


def at(text: str, zone: object = "UTC") -> dict[str, object]:
    return {"dateTime": text, "timeZone": zone}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year, month, day, …


@pytest.mark.parametrize(
    ("start", "end", "from_", "to"),
    [
        (
            at("2026-11-24T14:00:00.0000000"),
            at("2026-11-24T14:45:00.0000000"),
            utc(2026, 11, 24, 14),
            utc(2026, 11, 24, 14, 45),
        ),
        (
            at("2026-11-24T14:00:00", "Europe/Lisbon"),
            at("2026-11-24T16:00:00+01:00", "nonsense"),
            utc(2026, 11, 24, 14),
            utc(2026, 11, 24, 15),
        ),
        (
            at("2026-11-24T14:00Z", "tzone://Microsoft/Utc"),
            at("2026-11-24T14:00", "Etc/UTC"),
            utc(2026, 11, 24, 14),
            utc(2026, 11, 24, 14),
        ),
        # Twice an hour on 25 October: the longer reading, so that the room is not free too early.
        (
            at("2026-10-25T02:30:00", "Europe/Berlin"),
            at("2026-10-25T02:30:00", "Europe/Berlin"),
            utc(2026, 10, 25, 0, 30),
            utc(2026, 10, 25, 1, 30),
        ),
        # An hour that does not exist on 29 March.
        (
            at("2026-03-29T02:15:00", "Europe/Berlin"),
            at("2026-03-29T02:45:00", "Europe/Berlin"),
            utc(2026, 3, 29, 0, 15),
            utc(2026, 3, 29, 1, 45),
        ),
    ],
)
def test_a_span_is_read_as_utc(
    start: dict[str, object], end: dict[str, object], from_: datetime, to: datetime
) -> None:
    assert span(start, end) == (from_, to)


NOON = at("2026-11-24T12:00:00")


@pytest.mark.parametrize(
    "start",
    [
        None,
        "2026-11-24T14:00:00",
        {},
        at("noon"),
        at(""),
        at("20261124T140000"),
        at("2026-11-24"),
        at("2026-13-24T14:00:00"),
        at("2026-11-24 14:00:00"),
        at("2026-11-24T14:00:00", None),
        at("2026-11-24T14:00:00", 7),
        at("2026-11-24T14:00:00", ""),
        at("2026-11-24T14:00:00", "Romance Standard Time"),
        at("2026-11-24T14:00:00", "../../etc/passwd"),
        at("2026-11-24T14:00:00", "America"),
        at("2026-11-24T14:00:00", "a\0b"),
        at("2026-11-24T14:00:00", "x" * 5_000),
        at("0001-01-01T00:00:00", "Asia/Tokyo"),
        {"dateTime": 20261124, "timeZone": "UTC"},
        NOON | {"dateTime": "2026-11-24T12:00:01"},  # after the end
    ],
)
def test_what_cannot_be_read_is_no_time(start: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        span(start, NOON)


@given(st.datetimes(datetime(1900, 1, 2), datetime(2200, 1, 1)), st.integers(0, 9))
def test_graphs_own_form_comes_back_to_the_microsecond(moment: datetime, seventh: int) -> None:
    text = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06}{seventh}"
    assert span(at(text), at(text)) == (moment.replace(tzinfo=UTC),) * 2


@given(st.dictionaries(st.text(), st.text()), st.text(), st.text())
def test_nothing_but_a_value_error_comes_out(junk: dict[str, str], text: str, zone: str) -> None:
    for value in (junk, at(text, zone), at("2026-11-24T14:00:00", zone), at(text)):
        try:
            first, last = span(value, value)
        except ValueError:
            continue
        assert last - first <= timedelta(hours=24)


def test_a_time_of_day() -> None:
    assert clock_time("08:30:00.0000000") == time(8, 30)
    for wrong in ("24:30", 8, None, "x" * 500):
        with pytest.raises(ValueError, match=r".+"):
            clock_time(wrong)
