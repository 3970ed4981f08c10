"""Two years in twelve zones: what is understood is what the clocks there say, or it is refused.

The clocks are asked a second time here, by trying every offset that is in use on earth.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.errors import Usage
from handlers.when import Interval, canonical, describe, duration, parse_day, understand

T = TypeVar("T")

ZONES = (
    "UTC",
    "Europe/Lisbon",
    "America/New_York",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Asia/Tehran",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
)
FIRST, LAST = datetime(2026, 11, 23, tzinfo=UTC), datetime(2028, 11, 20, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OFFSETS = [timedelta(minutes=15 * quarters) for quarters in range(-12 * 4, 14 * 4 + 1)]


def moments(wall: datetime, zone: str) -> list[datetime]:
    """Every moment at which the clocks there show this."""
    where = ZoneInfo(zone)
    tried = ((wall - offset).replace(tzinfo=UTC) for offset in OFFSETS)
    return sorted(m for m in tried if m.astimezone(where).replace(tzinfo=None) == wall)


def changes(zone: str) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """Each change of the clocks in the two years: when, and the offsets before and after."""
    where = ZoneInfo(zone)
    moment = FIRST
    while moment < LAST:
        before = moment.astimezone(where).utcoffset()
        after = (moment + HOUR).astimezone(where).utcoffset()
        if before != after:
            minutes = (moment + n * MINUTE for n in range(61))
            exact = next(m for m in minutes if m.astimezone(where).utcoffset() == after)
            yield exact, before, after
        moment += HOUR


CHANGES = [(zone, *change) for zone in ZONES for change in changes(zone)]

zones = st.sampled_from(ZONES)
anywhen = st.integers(0, int((LAST - FIRST) / MINUTE)).map(lambda n: FIRST + n * MINUTE)
near_changes = st.builds(
    lambda change, minutes: change[1] + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-180, 180),
)
starts = anywhen | near_changes
lengths = st.integers(1, 24 * 60).map(lambda n: n * MINUTE) | st.integers(1, 7 * 24 * 60).map(
    lambda n: n * MINUTE
)
clocks = st.tuples(st.integers(0, 23), st.sampled_from([*range(0, 60, 5), 1, 59]))


def heard(text: str, now: datetime, zone: str) -> Interval:
    understood = understand(text.split(), now, zone)
    assert understood.rest == ()
    return understood.interval


def shown(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def sentence_instead(act: Callable[[], T]) -> T | str:
    """What it returns, or the sentence of its refusal; any other exception is a bug."""
    try:
        return act()
    except Usage as refused:
        return refused.sentence


def answer(text: str, zone: str, now: datetime = FIRST - timedelta(days=2)) -> Interval | str:
    return sentence_instead(lambda: heard(text, now, zone))


def test_there_are_changes_of_an_hour_and_of_half_an_hour_among_the_clocks():
    steps = {abs(after - before) for _, _, before, after in CHANGES}

    assert steps == {HOUR, HOUR / 2}
    assert len(CHANGES) >= 20


@settings(deadline=None, max_examples=300)
@given(zone=zones, at=starts, end=clocks, other=zones)
def test_a_span_on_a_day_is_what_the_clocks_there_show_or_is_refused(zone, at, end, other):
    start = shown(at, zone)
    finish = start.replace(hour=end[0], minute=end[1])
    assume(start < finish)

    found = answer(f"{start:%Y-%m-%d %H:%M}-{finish:%H:%M} {zone}", other)

    if len(moments(start, zone)) == len(moments(finish, zone)) == 1:
        assert found == Interval(*moments(start, zone), *moments(finish, zone), zone)
        assert found.start < found.end
    else:
        assert "comes twice" in found or "does not exist" in found


@settings(deadline=None, max_examples=300)
@given(zone=zones, at=starts, length=lengths)
def test_a_length_is_elapsed_time_and_the_start_is_what_was_said(zone, at, length):
    start = shown(at, zone)
    hours, minutes = divmod(length // MINUTE, 60)

    found = answer(f"{start:%Y-%m-%d %H:%M} for {hours}h{minutes:02}m", zone)

    if len(moments(start, zone)) == 1:
        assert found == Interval(at, at + length, zone)
        assert shown(found.start, zone) == start
    else:
        assert "comes twice" in found


@settings(deadline=None, max_examples=300)
@given(
    zone=zones, reader=zones, start=starts, length=lengths, pressed=st.floats(0, 1), data=st.data()
)
def test_the_words_of_an_interval_mean_it_to_anybody_at_any_time(
    zone, reader, start, length, pressed, data
):
    interval = Interval(start, start + length, zone)
    earliest = max(start - timedelta(days=700), FIRST - timedelta(days=30))
    now = earliest + (interval.end - MINUTE - earliest) * pressed

    assert heard(canonical(interval), now, reader) == interval


@settings(deadline=None, max_examples=200)
@given(zone=zones, start=starts, length=lengths)
def test_what_is_said_back_names_days_clocks_zone_and_every_offset(zone, start, length):
    spoken = describe(Interval(start, start + length, zone), FIRST)

    for side in (start, start + length):
        there = side.astimezone(ZoneInfo(zone))
        assert f"{there:%a} {there.day} {there:%b}" in spoken
        assert f"{there:%H:%M}" in spoken
        assert str(there.year) in spoken or there.year == FIRST.year
        ahead = there.utcoffset() // MINUTE
        minutes = f":{abs(ahead) % 60:02}" if ahead % 60 else ""
        offset = f"UTC{'+' if ahead >= 0 else '-'}{abs(ahead) // 60}{minutes}"
        assert offset in re.findall(r"UTC[+-][\d:]+", spoken)
    assert f" {zone} (" in spoken


@pytest.mark.parametrize(("zone", "change", "before", "after"), CHANGES)
def test_every_time_that_a_change_makes_ambiguous_or_impossible_is_refused(
    zone, change, before, after
):
    """And what the refusal tells to say means each of the two moments."""
    now, word = FIRST - timedelta(days=2), "comes twice" if after < before else "does not exist"
    low, high = sorted((before, after))
    for minutes in range(0, (high - low) // MINUTE, 10):
        wall = (change + low).replace(tzinfo=None) + timedelta(minutes=minutes)

        with pytest.raises(Usage, match=f"{wall:%H:%M} on .* {word} in {zone}") as refused:
            heard(f"{wall:%Y-%m-%d %H:%M}", now, zone)

        if after < before:
            ways = refused.value.hint.removeprefix("Say ").removesuffix(".").split(" or ")
            assert [heard(way, now, "Asia/Tokyo").start for way in ways] == moments(wall, zone)


@settings(deadline=None, max_examples=200)
@given(zone=zones, now=starts, clock=clocks)
def test_every_spelling_of_a_time_is_the_same_time(zone, now, clock):
    hour, minute = clock
    tomorrow = shown(now, zone).date() + timedelta(days=1)
    wall = datetime.combine(tomorrow, datetime.min.time()).replace(hour=hour, minute=minute)
    assume(len(moments(wall, zone)) == 1)
    half = "am" if hour < 12 else "pm"
    twelve = f"{(hour + 11) % 12 + 1}:{minute:02}"

    spellings = (
        f"tomorrow {hour:02}:{minute:02}",
        f"tomorrow at {hour:02}{minute:02}",
        f"tomorrow {hour:02}h{minute:02}",
        f"tomorrow {twelve}{half}",
        f"{twelve} {half.upper()} tomorrow",
        f"{twelve.replace(':', '.')}{half[0]}.m. tomorrow",
        f"{tomorrow} {hour:02}:{minute:02}",
        f"{tomorrow}T{hour:02}:{minute:02}:00",
        f"{tomorrow.day} {tomorrow:%B} {tomorrow.year} {twelve}{half}",
        f"{tomorrow:%b} {tomorrow.day}, {tomorrow.year} at {hour:02}:{minute:02}",
        f"{tomorrow.day}.{tomorrow.month}.{tomorrow.year} {hour:02}:{minute:02}",
        f"{tomorrow:%A} {hour:02}:{minute:02}",
    )

    assert {heard(spelling, now, zone).start for spelling in spellings} == set(moments(wall, zone))


@settings(deadline=None, max_examples=200)
@given(zone=zones, now=starts, weekday=st.integers(0, 6), clock=clocks)
def test_a_weekday_is_the_next_one_whose_time_is_not_over(zone, now, weekday, clock):
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[weekday]
    text = f"{name} {clock[0]:02}:{clock[1]:02} for 30m"
    found = answer(text, zone, now)

    if isinstance(found, str):
        assert "comes twice" in found or "does not exist" in found
        return
    assert now < found.end
    assert found.end - found.start == timedelta(minutes=30)
    assert shown(found.start, zone).weekday() == weekday
    assert shown(found.start, zone).date() - shown(now, zone).date() <= timedelta(days=7)


@settings(deadline=None, max_examples=200)
@given(zone=zones, now=starts, seconds=st.integers(0, 59), delay=lengths, length=lengths)
def test_from_now_is_elapsed_time_from_this_minute(zone, now, seconds, delay, length):
    clock = now + timedelta(seconds=seconds)
    wait, last = (int(d / MINUTE) for d in (delay, length))

    found = heard(f"in {wait} minutes for {last} minutes", clock, zone)

    assert found == Interval(now + delay, now + delay + length, zone)


@settings(deadline=None)
@given(minutes=st.integers(0, 10**6))
def test_a_length_is_read_in_every_spelling(minutes):
    hours, rest = divmod(minutes, 60)
    spellings = (f"{minutes}m", f"{minutes} minutes", f"{hours}h{rest}m", f"{hours} h {rest} min")

    assert {duration(text) for text in spellings} == {timedelta(minutes=minutes)}


PIECES = (
    *"now today tomorrow tonight mon friday next this in on at from between until to".split(),
    *"and for the 24 dec may 31 feb 2pm 13pm 25:00 14:00-15:00 9-11 2 9 - – / , 24/12".split(),
    *"05/06 24.12. of 2026-12-24 9999-99-99 0000-00-00 2027-03-28T01:30 Z T +01:00".split(),
    *"2027-10-31T01:30Z UTC-5 Europe/Lisbon Asia/Tokyo UTC UTC+99 EST half an hour 45m".split(),
    *"90 minutes 1h30 2 days weeks midnight noon morning before weekend 8 people floor".split(),
    *"room Lisbon \0 ٣pm ½h \ud83d 99999999999h 1e400m %s{0} \x1b[".split(" "),
    *("9" * 9999 + "h", "9" * 10_000, "a" * 5000),
)
pieces = st.sampled_from(PIECES)
figures = st.text(string.digits + ":.-/hapmT+Z ,", max_size=14)


@settings(deadline=None, max_examples=1000)
@given(
    words=st.lists(pieces | figures | st.text(max_size=8), max_size=12),
    now=starts,
    zone=zones | st.text(max_size=10),
)
@example(words=["until", "midnight"], now=FIRST, zone="UTC")
@example(words=["in", "731", "days", "23:59"], now=FIRST, zone="Pacific/Apia")
@example(words=["1e400m"], now=FIRST, zone="")
def test_any_words_at_all_are_understood_or_get_a_sentence(words, now, zone):
    understood = sentence_instead(lambda: understand(words, now, zone))

    if isinstance(understood, str):
        assert 10 < len(understood) < 600
        return
    interval, rest = understood.interval, iter(words)
    assert interval.start < interval.end
    assert interval.end > now
    assert interval.end - interval.start <= timedelta(days=7)
    assert all(word in rest for word in understood.rest)  # in their order
    assert heard(canonical(interval), now, "Asia/Tokyo") == interval


@settings(deadline=None, max_examples=300)
@given(words=st.lists(pieces | figures | st.text(max_size=8), max_size=8), now=starts, zone=zones)
def test_any_words_at_all_name_a_day_or_none_or_get_a_sentence(words, now, zone):
    found = sentence_instead(lambda: parse_day(words, now, zone))

    if isinstance(found, str):
        assert 10 < len(found) < 600
    elif found is not None:
        assert isinstance(found[0], date)
        assert len(found[1]) < len(words)


def test_a_command_of_a_thousand_words_is_read_to_its_end():
    words = [*["Fado", "9", "-"] * 300, *["x" * 10_000] * 100, "tomorrow", "9am"]

    assert understand(words, FIRST, "UTC").interval.start == FIRST + timedelta(days=1, hours=9)
