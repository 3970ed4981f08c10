"""The outbox on SQLite and on PostgreSQL: nothing is lost, and nobody says it twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from bot.book import Book
from bot.notification import Task
from tests.store.alerting import (
    BOTH,
    HOUR,
    MINUTE,
    SLACK,
    TEAMS,
    acknowledged,
    claimed,
    standing,
    told,
    topics,
)
from tests.store.conftest import NOON, Open


def test_what_one_has_claimed_no_other_gets(book: Book) -> None:
    standing(book)

    assert topics(claimed(book)) == ["alert/1"]
    assert claimed(book) == []


def test_each_channel_has_its_own_tasks(book: Book) -> None:
    standing(book)
    claimed(book)

    [task] = book.outbox.claim("me", TEAMS, NOON, MINUTE, 10)

    assert (task.topic, task.channel) == ("alert/1", TEAMS)


def test_what_is_told_is_written_down_and_not_due_any_more(book: Book) -> None:
    standing(book)
    [task] = claimed(book)

    assert book.outbox.tell(task, told(task), None)

    assert book.outbox.told("alert/1", SLACK) == told(task)
    assert book.outbox.told("alert/1", TEAMS) is None
    assert claimed(book, HOUR) == []


def test_a_reminder_is_due_when_its_time_comes(book: Book) -> None:
    standing(book)
    [task] = claimed(book)
    book.outbox.tell(task, told(task), NOON + HOUR)

    assert claimed(book, 59 * MINUTE) == []
    [again] = claimed(book, HOUR)
    assert (again.due_at, again.attempts) == (NOON + HOUR, 0)


def test_a_change_while_it_is_spoken_of_keeps_it_due(book: Book) -> None:
    stands = standing(book)
    [task] = claimed(book)
    book.alerts.commit([acknowledged(stands)], BOTH, NOON + MINUTE / 2)

    assert claimed(book, MINUTE / 2) == []
    book.outbox.tell(task, told(task), NOON + HOUR)

    [again] = claimed(book, MINUTE / 2)
    assert again.due_at == NOON + MINUTE / 2


def test_a_change_brings_a_reminder_forward_and_an_earlier_time_stands(book: Book) -> None:
    for due in (HOUR, 2 * MINUTE, 3 * MINUTE):
        book.outbox.enqueue("silence/1", BOTH, NOON + due)

    assert claimed(book, MINUTE) == []
    assert topics(claimed(book, 2 * MINUTE)) == ["silence/1"]


def test_a_task_whose_holder_died_is_claimed_anew_with_its_mark(book: Book) -> None:
    standing(book)
    [lost] = claimed(book)
    marked = replace(told(lost, message=""), mark="alert-1-e1")
    assert book.outbox.intend(lost, marked)

    [task] = claimed(book, MINUTE)

    assert task == replace(lost, attempts=1, fence=lost.fence + 1)
    assert book.outbox.told("alert/1", SLACK) == marked


def test_who_lost_a_task_writes_nothing(book: Book) -> None:
    standing(book)
    [lost] = claimed(book)
    [task] = claimed(book, MINUTE)

    assert not book.outbox.intend(lost, told(lost, "stale"))
    assert not book.outbox.tell(lost, told(lost, "stale"), None)
    book.outbox.put_off(lost, NOON + HOUR, "stale")

    assert book.outbox.told("alert/1", SLACK) is None
    assert book.outbox.tell(task, told(task), None)


def test_a_task_is_told_once(book: Book) -> None:
    standing(book)
    [task] = claimed(book)
    book.outbox.tell(task, told(task), None)

    assert not book.outbox.tell(task, told(task, "again"), NOON)
    assert book.outbox.told("alert/1", SLACK) == told(task)


def test_who_was_slow_but_alone_may_still_write(book: Book) -> None:
    """What was posted must not be forgotten only because it took longer than the lease."""
    standing(book)
    [task] = claimed(book)

    assert book.outbox.tell(task, told(task), None)
    assert claimed(book, HOUR) == []


def test_what_could_not_be_said_is_tried_again_and_counted(book: Book) -> None:
    standing(book)
    attempts = []
    for minutes in range(3):
        [task] = claimed(book, minutes * MINUTE)
        attempts.append(task.attempts)
        book.outbox.put_off(task, NOON + (minutes + 1) * MINUTE, "Slack does not answer.")

    assert attempts == [0, 1, 2]
    assert task.due_at == NOON  # since then there is something to say


def test_the_backlog_says_what_waits_where_since_when_and_why(book: Book) -> None:
    standing(book, "one")
    standing(book, "two")
    for task in claimed(book):
        book.outbox.put_off(task, NOON + HOUR, "Slack does not answer.")
    book.outbox.enqueue("daily/2026-11-24", BOTH, NOON + 2 * HOUR)

    slack, teams = book.outbox.backlog(NOON + MINUTE)

    assert (slack.channel, slack.tasks, slack.since) == (SLACK, 2, NOON)
    assert slack.why == "Slack does not answer."
    assert (teams.channel, teams.tasks, teams.since, teams.why) == (TEAMS, 2, NOON, "")


def test_what_is_said_waits_no_more(book: Book) -> None:
    standing(book)
    for channel in BOTH:
        [task] = book.outbox.claim("me", channel, NOON, MINUTE, 10)
        book.outbox.put_off(task, NOON, "busy")
        [task] = book.outbox.claim("me", channel, NOON, MINUTE, 10)
        book.outbox.tell(task, told(task), NOON + HOUR)

    assert book.outbox.backlog(NOON + MINUTE) == ()


def test_of_eight_who_claim_each_task_goes_to_one(database_url: str, replica: Open) -> None:
    books = [replica(database_url).book for _ in range(2)]
    for number in range(40):
        books[0].outbox.enqueue(f"alert/{number}", [SLACK], NOON)
    gate = Barrier(8)

    def claim(who: int) -> list[Task]:
        gate.wait()
        return [
            task
            for _ in range(10)
            for task in books[who % 2].outbox.claim(str(who), SLACK, NOON, MINUTE, 3)
        ]

    with ThreadPoolExecutor(8) as threads:
        tasks = [task for some in threads.map(claim, range(8)) for task in some]

    assert sorted(topics(tasks)) == sorted(f"alert/{number}" for number in range(40))


def test_as_many_are_claimed_as_asked_and_the_oldest_first(book: Book) -> None:
    for number, minutes in enumerate((3, 1, 2)):
        book.outbox.enqueue(f"alert/{number}", [SLACK], NOON + minutes * MINUTE)

    assert topics(claimed(book, HOUR, most=2)) == ["alert/1", "alert/2"]
