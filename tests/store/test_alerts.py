"""Alerts on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import create_engine, text

from adapters.store import Store
from bot.alert import Alert, Change, Event, Kind, Status
from bot.book import Book
from bot.errors import Missing, Trouble
from bot.finding import Evidence
from tests.store.alerting import (
    BOTH,
    DAY,
    HOUR,
    MINUTE,
    acknowledged,
    alert,
    begun,
    claimed,
    finding,
    opened,
    resolved,
    standing,
    told,
    topics,
)
from tests.store.conftest import NOON, Open


def test_an_alert_gets_a_number_and_is_read_as_it_was_written(book: Book) -> None:
    stands = standing(book)

    assert stands == replace(alert(), number=1, version=1)
    assert book.alerts.open() == (stands,)
    assert book.alerts.get(1) == stands


def test_what_happened_is_its_history_in_growing_numbers(book: Book) -> None:
    stands = standing(book)
    standing(book, "other")
    book.alerts.commit([resolved(stands)], BOTH, NOON)

    numbers, events = zip(*book.alerts.history(stands.number), strict=True)

    assert [event.kind for event in events] == [Kind.OPENED, Kind.RESOLVED]
    assert events[0] == Event(Kind.OPENED, NOON, words="It is denied.")
    assert numbers[0] < numbers[1]


def test_who_read_an_older_version_changes_nothing(book: Book) -> None:
    stands = standing(book)
    [first] = book.alerts.commit([acknowledged(stands, "olivia")], BOTH, NOON)

    [second] = book.alerts.commit([acknowledged(stands, "bob")], BOTH, NOON)

    assert first is not None
    assert second is None
    assert book.alerts.get(stands.number) == first
    assert [event.by for _, event in book.alerts.history(stands.number)] == ["", "olivia"]


def test_one_of_many_changes_may_lose_and_the_others_hold(book: Book) -> None:
    one, two = standing(book, "one"), standing(book, "two")
    book.alerts.commit([acknowledged(one)], BOTH, NOON)

    answers = book.alerts.commit([resolved(one), resolved(two), opened("three")], BOTH, NOON)

    assert [found.version if found else None for found in answers] == [None, 2, 1]
    assert [found.finding.subject for found in book.alerts.open()] == ["one", "three"]


def test_two_changes_of_one_alert_in_one_commit_do_not_both_hold(book: Book) -> None:
    stands = standing(book)

    answers = book.alerts.commit(
        [acknowledged(stands), resolved(stands), opened("new"), opened("new")], BOTH, NOON
    )

    assert [found is not None for found in answers] == [True, False, True, False]


def test_one_problem_has_one_alert_until_it_is_over(book: Book) -> None:
    stands = standing(book)
    assert book.alerts.commit([opened()], BOTH, NOON) == (None,)

    answers = book.alerts.commit([opened(), resolved(stands)], BOTH, NOON)

    again = answers[0]
    assert again is not None
    assert again.number > stands.number
    assert book.alerts.open() == (again,)


def test_those_that_are_over_are_listed_newest_first(book: Book) -> None:
    for minutes, room in enumerate(["one", "two", "three"]):
        book.alerts.commit([resolved(standing(book, room), minutes * MINUTE)], BOTH, NOON)

    recent = book.alerts.resolved(NOON + MINUTE)

    assert [found.finding.subject for found in recent] == ["three", "two"]
    assert book.alerts.open() == ()


def test_a_pending_alert_is_forgotten_and_its_number_is_not_given_again(book: Book) -> None:
    pending = book.alerts.commit([opened(status=Status.PENDING)], BOTH, NOON)[0]
    assert pending is not None

    assert book.alerts.commit([Change(pending, None)], BOTH, NOON) == (pending,)

    assert book.alerts.open() == ()
    assert claimed(book) == []
    with pytest.raises(Missing, match="no alert #1"):
        book.alerts.get(pending.number)
    assert standing(book).number > pending.number


def test_an_alert_that_was_spoken_of_is_never_forgotten(book: Book) -> None:
    stands = standing(book)

    with pytest.raises(ValueError, match="only a pending one"):
        book.alerts.commit([opened("new"), Change(stands, None)], BOTH, NOON)

    assert book.alerts.open() == (stands,)


def test_each_change_is_due_in_every_channel_at_once(book: Book) -> None:
    book.alerts.commit([opened("one"), opened("two")], BOTH, NOON)

    for channel in BOTH:
        tasks = book.outbox.claim("me", channel, NOON, MINUTE, 10)
        assert [(task.topic, task.due_at) for task in tasks] == [
            ("alert/1", NOON),
            ("alert/2", NOON),
        ]


def test_who_lost_puts_nothing_into_the_outbox(book: Book) -> None:
    stands = standing(book)
    [task] = claimed(book)
    book.outbox.tell(task, told(task), None)

    book.alerts.commit([Change(replace(stands, version=7), stands), opened()], BOTH, NOON)

    assert claimed(book) == []


def test_of_eight_who_change_one_alert_one_wins(database_url: str, replica: Open) -> None:
    books = [replica(database_url).book for _ in range(2)]
    stands, gate = standing(books[0]), Barrier(8)

    def change(who: int) -> Alert | None:
        gate.wait()
        return books[who % 2].alerts.commit([acknowledged(stands, str(who))], BOTH, NOON)[0]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(change, range(8)))

    [winner] = [found for found in answers if found]
    assert books[0].alerts.get(stands.number) == winner
    assert len(books[0].alerts.history(stands.number)) == 2


def test_of_eight_rounds_that_find_the_same_each_alert_opens_once(
    database_url: str, replica: Open
) -> None:
    books = [replica(database_url).book for _ in range(2)]
    rooms, gate = [f"r{number}" for number in range(20)], Barrier(8)

    def find(who: int) -> list[Alert | None]:
        order = rooms if who % 3 else rooms[::-1]  # who locks in this order would deadlock
        changes = [opened(room) for room in order]
        gate.wait()
        return list(books[who % 2].alerts.commit(changes, BOTH, NOON))

    with ThreadPoolExecutor(8) as threads:
        answers = [found for answer in threads.map(find, range(8)) for found in answer if found]

    assert sorted(found.finding.subject for found in answers) == sorted(rooms)
    assert len(books[0].alerts.open()) == len(rooms)


def test_a_new_process_sees_everything_that_the_last_one_left(
    database_url: str, replica: Open
) -> None:
    first = replica(database_url)
    stands = standing(first.book)
    fence = begun(first.book)
    [task] = claimed(first.book)
    first.book.outbox.intend(task, told(task, message=""))
    first.close()

    book = replica(database_url).book

    assert book.alerts.open() == (stands,)
    assert len(book.alerts.history(stands.number)) == 1
    assert book.outbox.told(task.topic, task.channel) == told(task, message="")
    assert book.outbox.tell(task, told(task), None)
    assert fence is not None
    assert book.rounds.keep(fence, NOON, MINUTE)


def test_a_great_many_answers_are_not_kept_as_proof(book: Book) -> None:
    proof = tuple(Evidence(f"GET /rooms/{number}", "403", NOON) for number in range(50))
    proven = replace(alert(), finding=replace(finding(), evidence=proof))

    [stands] = book.alerts.commit([Change(None, proven)], BOTH, NOON)

    assert stands is not None
    assert stands.finding.evidence == proof[:5]
    assert book.alerts.open() == (stands,)


def test_long_and_hostile_fingerprints_are_told_apart(book: Book) -> None:
    long = "x" * 5000
    rooms = [f"{long}1", f"{long}2", "nul\x00", "half \ud83d"]

    answers = book.alerts.commit([opened(room) for room in rooms], BOTH, NOON)

    assert None not in answers
    assert book.alerts.commit([opened(room) for room in rooms], BOTH, NOON) == (None,) * 4
    read = {found.fingerprint for found in book.alerts.open()}
    assert read == {f"rooms/{long}1", f"rooms/{long}2", "rooms/nul\x00", "rooms/half \ufffd"}


def test_an_alert_that_cannot_be_read_is_trouble(database_url: str, replica: Open) -> None:
    book = replica(database_url).book
    standing(book)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alerts SET alert = 'torn'"))
    engine.dispose()

    with pytest.raises(Trouble, match="cannot read"):
        book.alerts.open()


def test_what_is_long_over_is_forgotten_with_all_that_was_said_of_it(store: Store) -> None:
    book = store.book
    old, recent, still = standing(book, "old"), standing(book, "recent"), standing(book, "still")
    book.alerts.commit([resolved(old), resolved(recent, 2 * DAY)], BOTH, NOON)
    book.outbox.enqueue("daily/2026-11-22", BOTH, NOON)
    book.outbox.enqueue("daily/2026-11-24", BOTH, NOON)
    book.replicas.beat("gone", "1.0", NOON)

    assert store.forget(NOON + DAY) == 1

    assert book.alerts.history(old.number) == ()
    assert [found.number for found in book.alerts.resolved(NOON)] == [recent.number]
    assert [found.number for found in book.alerts.open()] == [still.number]
    assert topics(claimed(book)) == ["alert/2", "alert/3", "daily/2026-11-24"]
    assert book.replicas.alive(NOON) == ()
    assert store.forget(NOON + DAY) == 0


def test_who_is_alive_is_known_by_the_last_beat(book: Book) -> None:
    book.replicas.beat("a", "1.0", NOON)
    book.replicas.beat("b", "1.0", NOON)
    book.replicas.beat("a", "1.1", NOON + HOUR)

    assert book.replicas.alive(NOON + MINUTE) == (("a", "1.1", NOON + HOUR),)


def test_who_ended_as_it_should_is_not_alive_for_another_minute(book: Book) -> None:
    book.replicas.beat("a", "1.0", NOON)
    book.replicas.beat("b", "1.0", NOON)

    book.replicas.leave("a")

    assert book.replicas.alive(NOON) == (("b", "1.0", NOON),)
