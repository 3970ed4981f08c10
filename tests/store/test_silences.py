"""Silences on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.store import Store
from bot.alert import Change, Event, Kind
from bot.book import Book
from bot.errors import Missing
from bot.silence import Matcher, Silence
from tests.store.alerting import (
    BOTH,
    DAY,
    HOUR,
    MINUTE,
    claimed,
    opened,
    resolved,
    standing,
    told,
    topics,
)
from tests.store.conftest import NOON


def silence(matcher: Matcher, begins: timedelta = timedelta()) -> Silence:
    return Silence(
        matcher=matcher,
        begins=NOON + begins,
        until=NOON + HOUR,
        author="slack:U1 Olivia",
        reason="“patching” \ud83d",
    )


ROOMS = silence(Matcher(check="rooms"))


def test_a_silence_gets_a_number_and_is_read_as_it_was_set(book: Book) -> None:
    added = book.silences.add(ROOMS, BOTH)

    assert added == replace(ROOMS, number=1, reason="“patching” \ufffd")
    assert book.silences.get(1) == added
    with pytest.raises(Missing, match="no silence 2"):
        book.silences.get(2)


def test_those_that_hold_are_listed_by_number(book: Book) -> None:
    first = book.silences.add(ROOMS, BOTH)
    second = book.silences.add(silence(Matcher(site="Lisbon"), MINUTE), BOTH)

    assert book.silences.holding(NOON) == (first,)
    assert book.silences.holding(NOON + MINUTE) == (first, second)
    assert book.silences.holding(NOON + HOUR) == ()


def test_when_it_kept_something_quiet_is_remembered(book: Book) -> None:
    number = book.silences.add(ROOMS, BOTH).number
    book.silences.matched([number, 99], NOON + MINUTE)
    book.silences.matched([], NOON + HOUR)

    assert book.silences.get(number).matched_at == NOON + MINUTE


def test_a_silence_that_runs_out_is_looked_at_then(book: Book) -> None:
    book.silences.add(ROOMS, BOTH)

    assert claimed(book, 59 * MINUTE) == []
    assert topics(claimed(book, HOUR)) == ["silence/1"]


def test_one_who_ends_it_makes_everything_due_that_it_covered(book: Book) -> None:
    standing(book, "corona")
    standing(book, "lisboa")
    over = standing(book, "porto")
    book.alerts.commit([resolved(over)], BOTH, NOON)
    for task in claimed(book):
        book.outbox.tell(task, told(task), None)
    number = book.silences.add(silence(Matcher(subject="corona")), BOTH).number

    ended = book.silences.end(number, "olivia", NOON + MINUTE, BOTH)

    assert ended is not None
    assert (ended.ended_at, ended.ended_by) == (NOON + MINUTE, "olivia")
    assert book.silences.get(number) == ended
    assert book.silences.holding(NOON + MINUTE) == ()
    assert topics(claimed(book, MINUTE)) == ["alert/1", "silence/1"]


def test_a_silence_ends_once(book: Book) -> None:
    first, second = book.silences.add(ROOMS, BOTH), book.silences.add(ROOMS, BOTH)
    book.silences.end(first.number, "olivia", NOON, BOTH)

    assert book.silences.end(first.number, "bob", NOON, BOTH) is None
    assert book.silences.end(second.number, "bob", NOON + HOUR, BOTH) is None
    assert book.silences.get(first.number).ended_by == "olivia"
    with pytest.raises(Missing):
        book.silences.end(99, "bob", NOON, BOTH)


def test_what_it_hid_is_told_in_its_order_and_nothing_else(book: Book) -> None:
    early = standing(book, "early")
    hushed = book.silences.add(silence(Matcher(check="rooms", subject="corona"), MINUTE), BOTH)
    corona = replace(opened("corona"), events=(Event(Kind.OPENED, NOON + MINUTE),))
    [stands] = book.alerts.commit([corona], BOTH, NOON + MINUTE)
    assert stands is not None
    worse, late = Event(Kind.WORSE, NOON + 9 * MINUTE), Event(Kind.STEADY, NOON + 2 * HOUR)
    book.alerts.commit([resolved(early, 2 * MINUTE)], BOTH, NOON)
    book.alerts.commit([Change(stands, stands, (worse, late))], BOTH, NOON)

    hidden = book.silences.hidden(hushed)

    assert [(found.number, event.kind) for found, event in hidden] == [
        (stands.number, Kind.OPENED),
        (stands.number, Kind.WORSE),
    ]


def test_after_it_was_ended_it_hid_nothing_more(book: Book) -> None:
    stands = standing(book)
    matcher = Matcher(fingerprint=stands.fingerprint)
    number = book.silences.add(silence(matcher, MINUTE), BOTH).number
    ended = book.silences.end(number, "olivia", NOON + 2 * MINUTE, BOTH)
    book.alerts.commit([resolved(stands, 3 * MINUTE)], BOTH, NOON)

    assert ended is not None
    assert book.silences.hidden(ended) == ()


def test_silences_that_are_long_over_are_forgotten(store: Store) -> None:
    book = store.book
    book.silences.add(ROOMS, BOTH)

    store.forget(NOON + DAY)

    assert claimed(book, DAY) == []
    with pytest.raises(Missing):
        book.silences.get(1)
