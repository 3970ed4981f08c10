"""The ledger on SQLite and on PostgreSQL: minutes add up, become hours, and are forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import create_engine, func, select

from adapters.store import Store
from adapters.store.ledger import MAILBOXES, MINUTE, NAMES
from adapters.store.schema import kept, tallies
from bot.book import Book, Spell
from bot.throttling import Bucket, By, Cooling, Standing, Step, Tally
from tests.store.conftest import NOON, Open

ONE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CALM = Standing(Step.NORMAL, NOON, "", (), 0.93)
FADO = Cooling("mailbox:fado@contoso.example", timedelta(seconds=12), "Microsoft asks to wait")
SLOW = Standing(Step.SLOW, NOON, "3 mailboxes cool down", (FADO,), 0.4, "directory")


def whole(requests: int, throttled: int = 0, retry_after: float = 0) -> Tally:
    return Tally(By.ALL, "", requests, throttled, retry_after=retry_after)


def bucket(at: datetime, *found: Tally) -> Bucket:
    return Bucket(at, found)


def write(book: Book, at: datetime, *found: Tally, holder: str = "a") -> None:
    """Book is kept in that minute, and this was asked in it."""
    book.ledger.write(holder, [bucket(at, *found)] if found else [], CALM, at)


def test_what_two_replicas_asked_in_a_minute_adds_up(book: Book) -> None:
    write(book, NOON, whole(100, 2, retry_after=10))
    write(book, NOON, whole(50, 1, retry_after=30), holder="b")

    [spell] = book.ledger.spells(NOON, NOON + ONE, ONE)

    assert spell == Spell(NOON, whole(150, 3, retry_after=30), 0.93, Step.NORMAL)


def test_a_minute_that_comes_twice_adds_up(book: Book) -> None:
    again = [bucket(NOON, whole(100)), bucket(NOON, whole(20, 4))]
    book.ledger.write("a", again, CALM, NOON)
    write(book, NOON, whole(1))

    assert book.ledger.spells(NOON, NOON + ONE, ONE)[0].sum == whole(121, 4)


def test_when_nobody_kept_book_nothing_is_known_and_when_nothing_was_asked_it_is_zero(
    book: Book,
) -> None:
    write(book, NOON, whole(7))
    write(book, NOON + 2 * ONE)

    asked, away, idle = book.ledger.spells(NOON, NOON + 3 * ONE, ONE)

    assert (asked.sum, idle.sum) == (whole(7), whole(0))
    assert away == Spell(NOON + ONE)


def test_a_wider_spell_holds_the_sum_the_least_headroom_and_the_highest_step(book: Book) -> None:
    write(book, NOON, whole(7))
    book.ledger.write("a", [bucket(NOON + 5 * ONE, whole(3))], SLOW, NOON + 5 * ONE)
    write(book, NOON + 35 * ONE, whole(1))

    spells = book.ledger.spells(NOON, NOON + HOUR, 30 * ONE)

    assert spells[0] == Spell(NOON, whole(10), 0.4, Step.SLOW)
    assert spells[1] == Spell(NOON + 30 * ONE, whole(1), 0.93, Step.NORMAL)


def test_one_mailbox_can_be_followed(book: Book) -> None:
    fado, belem = (Tally(By.MAILBOX, f"{name}@x", 5) for name in ("fado", "belem"))
    write(book, NOON, whole(10), fado, belem)

    [spell] = book.ledger.spells(NOON, NOON + ONE, ONE, By.MAILBOX, "fado@x")

    assert spell.sum == fado


def test_the_worst_come_first_and_then_the_most_asked(book: Book) -> None:
    askers = [("rooms free", 90, 0), ("check rooms", 400, 0), ("doctor", 3, 2)]
    for minute in range(3):
        found = [Tally(By.ASKER, name, asked, refused) for name, asked, refused in askers]
        write(book, NOON + minute * ONE, *found)

    first = book.ledger.top(By.ASKER, NOON, NOON + 2 * ONE, 2)

    assert first == (Tally(By.ASKER, "doctor", 6, 4), Tally(By.ASKER, "check rooms", 800))


def test_how_a_replica_stands_is_known_to_the_others_while_it_is_alive(
    database_url: str, replica: Open
) -> None:
    one, two = replica(database_url).book, replica(database_url).book
    one.ledger.write("a", [], SLOW, NOON)
    two.ledger.write("b", [], CALM, NOON + ONE)

    assert one.ledger.standings(NOON) == (("a", NOON, SLOW), ("b", NOON + ONE, CALM))
    assert one.ledger.standings(NOON + ONE) == (("b", NOON + ONE, CALM),)


def test_a_minute_never_holds_more_than_so_many_mailboxes_and_names(
    database_url: str, store: Store
) -> None:
    boxes = [Tally(By.MAILBOX, f"room{n}@x", n) for n in range(100)]
    worst = Tally(By.MAILBOX, "throttled@x", 1, 1)
    names = [Tally(By.ASKER, f"asker {n}", n) for n in range(100)]

    write(store.book, NOON, *boxes, worst, *names)

    assert rows(database_url, tallies) == MAILBOXES[MINUTE] + NAMES
    top = store.book.ledger.top(By.MAILBOX, NOON, NOON + ONE, 2)
    assert [one.name for one in top] == ["throttled@x", "room99@x"]


def test_old_minutes_become_hours_that_tell_the_same(database_url: str, book: Book) -> None:
    for minute in range(0, 120, 10):
        box = Tally(By.MAILBOX, "fado@x", 2, 1, retry_after=minute)
        write(book, NOON + minute * ONE, whole(5, 1, retry_after=minute), box)
    before = book.ledger.spells(NOON, NOON + 3 * HOUR, HOUR)
    top = book.ledger.top(By.MAILBOX, NOON, NOON + 3 * HOUR, 5)

    book.ledger.merge(NOON + 2 * HOUR)

    assert book.ledger.spells(NOON, NOON + 3 * HOUR, HOUR) == before
    assert book.ledger.top(By.MAILBOX, NOON, NOON + 3 * HOUR, 5) == top
    assert rows(database_url, tallies) == 4
    assert rows(database_url, kept) == 2


def test_an_hour_that_has_not_ended_then_stays_minutes(database_url: str, book: Book) -> None:
    write(book, NOON, whole(5))
    write(book, NOON + ONE, whole(5))

    book.ledger.merge(NOON + 59 * ONE)

    assert rows(database_url, tallies) == 2


def test_hours_of_which_book_was_kept_and_nothing_asked_stay_zero(book: Book) -> None:
    write(book, NOON)

    book.ledger.merge(NOON + 5 * HOUR)

    first, second = book.ledger.spells(NOON, NOON + 2 * HOUR, HOUR)
    assert (first.sum, second.sum) == (whole(0), None)


def test_whoever_merges_at_the_same_time_counts_nothing_twice(
    database_url: str, replica: Open
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    books = [replica(database_url).book for _ in range(2)]
    for minute in range(180):
        write(books[0], NOON + minute * ONE, whole(1))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: books[n % 2].ledger.merge(NOON + 3 * HOUR), range(4)))

    [spell] = books[0].ledger.spells(NOON, NOON + 3 * HOUR, 3 * HOUR)
    assert spell.sum == whole(180)


def test_what_is_older_is_forgotten(database_url: str, book: Book) -> None:
    write(book, NOON, whole(1))
    write(book, NOON + DAY, whole(2))

    book.ledger.forget(NOON + DAY)

    assert rows(database_url, tallies) == rows(database_url, kept) == 1
    assert book.ledger.standings(NOON) == (("a", NOON + DAY, CALM),)


@pytest.mark.parametrize("name", ["o'brien\x00@x", "𝔣ado@x", "x" * 500, "\ud800"])
def test_a_name_may_be_anything(book: Book, name: str) -> None:
    write(book, NOON, Tally(By.MAILBOX, name, 1))

    assert book.ledger.top(By.MAILBOX, NOON, NOON + ONE, 1)[0].requests == 1


def rows(url: str, table) -> int:  # type: ignore[no-untyped-def]
    engine = create_engine(url)
    with engine.connect() as connection:
        count = connection.scalar(select(func.count()).select_from(table))
    engine.dispose()
    return int(count or 0)
