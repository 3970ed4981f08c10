"""Rounds on SQLite and on PostgreSQL: each is done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from bot.book import Book, Fence
from bot.finding import Broken, Ok, Result, Unknown
from tests.store.alerting import BOTH, MINUTE, begun, claimed, finding, opened, topics
from tests.store.conftest import NOON, Open

SECOND = timedelta(seconds=1)


def ended(book: Book, fence: Fence | None, at: timedelta = timedelta()) -> None:
    assert fence is not None
    assert book.rounds.end(fence, Ok("all well"), [], BOTH, NOON + at) == ()


def test_a_round_that_one_has_begun_no_other_begins(book: Book) -> None:
    assert begun(book) == Fence("rooms", 1)
    assert begun(book, SECOND, "b") is None


def test_nobody_begins_a_round_twice_either(book: Book) -> None:
    begun(book)

    assert begun(book, SECOND, every=timedelta()) is None


def test_the_next_round_is_due_when_its_time_has_almost_come(book: Book) -> None:
    ended(book, begun(book), 20 * SECOND)

    assert begun(book, 4 * MINUTE) is None
    assert begun(book, 4.6 * MINUTE) == Fence("rooms", 2)


def test_a_round_that_somebody_asks_for_is_due_at_once(book: Book) -> None:
    ended(book, begun(book), SECOND)

    assert begun(book, SECOND, every=timedelta()) is not None


def test_the_round_of_a_replica_that_died_is_taken_over_when_its_lease_ends(book: Book) -> None:
    dead = begun(book)
    assert begun(book, 59 * SECOND, "b") is None

    heir = begun(book, MINUTE, "b")

    assert dead is not None
    assert heir == Fence("rooms", dead.number + 1)


def test_a_round_that_began_before_the_clock_was_set_back_keeps_nobody_waiting(book: Book) -> None:
    ended(book, begun(book), SECOND)
    assert begun(book, -SECOND) is None

    assert begun(book, -60 * MINUTE) == Fence("rooms", 2)


def test_so_does_one_that_nobody_ended(book: Book) -> None:
    begun(book)

    assert begun(book, -60 * MINUTE, "b") == Fence("rooms", 2)


def test_a_round_that_takes_long_is_kept(book: Book) -> None:
    fence = begun(book)
    assert fence is not None

    assert book.rounds.keep(fence, NOON + 50 * SECOND, MINUTE)

    assert begun(book, 100 * SECOND, "b") is None


def test_who_lost_its_round_writes_nothing(book: Book) -> None:
    lost = begun(book)
    heir = begun(book, MINUTE, "b")
    assert lost is not None

    assert not book.rounds.keep(lost, NOON + MINUTE, MINUTE)
    assert book.rounds.end(lost, Ok("late"), [opened()], BOTH, NOON + MINUTE) is None

    assert book.alerts.open() == ()
    assert claimed(book, MINUTE) == []
    assert book.rounds.all()[0].result is None
    ended(book, heir, MINUTE)


def test_a_round_ends_once(book: Book) -> None:
    fence = begun(book)
    ended(book, fence)
    assert fence is not None

    assert book.rounds.end(fence, Ok("again"), [opened()], BOTH, NOON) is None
    assert book.alerts.open() == ()


def test_the_result_and_what_follows_from_it_are_written_together(book: Book) -> None:
    fence = begun(book)
    assert fence is not None
    result = Broken((finding(),), notes=("one of 40",))

    answers = book.rounds.end(fence, result, [opened()], BOTH, NOON + 3 * SECOND)

    assert answers == book.alerts.open()
    assert topics(claimed(book, MINUTE)) == ["alert/1"]
    [last] = book.rounds.all()
    assert (last.check, last.result, last.holder) == ("rooms", result, "a")
    assert (last.started_at, last.finished_at) == (NOON, NOON + 3 * SECOND)
    assert last.duration == 3 * SECOND
    assert not last.is_running(NOON)


def test_while_a_check_is_looked_at_its_last_result_stands(book: Book) -> None:
    ended(book, begun(book), SECOND)
    begun(book, 5 * MINUTE, "b")

    [last] = book.rounds.all()

    assert last.result == Ok("all well")
    assert (last.started_at, last.finished_at) == (NOON, NOON + SECOND)
    assert last.holder == "b"
    assert last.is_running(NOON + 5 * MINUTE)


def test_rounds_in_a_row_that_could_not_tell_are_counted(book: Book) -> None:
    counts = []
    results: list[Result] = [Unknown("no"), Unknown("no"), Ok("yes"), Unknown("no")]
    for number, result in enumerate(results):
        fence = begun(book, number * 5 * MINUTE)
        assert fence is not None
        book.rounds.end(fence, result, [], BOTH, NOON + number * 5 * MINUTE)
        counts.append(book.rounds.all()[0].unknown)

    assert counts == [1, 2, 0, 1]


def test_what_one_replica_sees_the_others_read(database_url: str, replica: Open) -> None:
    one, two = replica(database_url).book, replica(database_url).book
    ended(one, begun(one))
    assert two.rounds.all() == one.rounds.all()

    fence = begun(one, 5 * MINUTE)
    assert fence is not None
    one.rounds.end(fence, Unknown("no answer"), [], BOTH, NOON + 5 * MINUTE)

    assert two.rounds.all()[0].result == Unknown("no answer")


def test_of_eight_who_begin_a_round_one_does(database_url: str, replica: Open) -> None:
    books = [replica(database_url).book for _ in range(2)]
    gate = Barrier(8)

    def begin(who: int) -> list[Fence | None]:
        gate.wait()
        return [
            books[who % 2].rounds.begin(f"check{number}", MINUTE, str(who), NOON, MINUTE)
            for number in range(5)
        ]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(begin, range(8)))

    for check in zip(*answers, strict=True):
        assert [fence.number for fence in check if fence] == [1]
