"""Alerts to remember, and where they are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.alert import Alert, Change, Event, Kind, Status
from bot.book import Book, Fence
from bot.finding import Finding, Remedy, Severity
from bot.notification import Task, Told
from bot.people import Channel
from tests.store.conftest import NOON

SLACK, TEAMS = Channel("slack", "C1"), Channel("teams", "19:ops@thread.tacv2")
BOTH = (SLACK, TEAMS)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def finding(room: str = "corona", severity: Severity = Severity.CRITICAL) -> Finding:
    remedy = Remedy("Take it into the scope")
    return Finding(
        f"rooms/{room}", room, f"{room} is denied", severity, "no bookings", remedy, rooms=(room,)
    )


def alert(room: str = "corona", status: Status = Status.OPEN) -> Alert:
    return Alert(
        check="rooms", finding=finding(room), status=status, opened_at=NOON, changed_at=NOON
    )


def opened(room: str = "corona", status: Status = Status.OPEN) -> Change:
    return Change(None, alert(room, status), (Event(Kind.OPENED, NOON, words="It is denied."),))


def resolved(before: Alert, at: timedelta = MINUTE) -> Change:
    end = NOON + at
    after = replace(before, status=Status.RESOLVED, resolved_at=end, changed_at=end)
    return Change(before, after, (Event(Kind.RESOLVED, end),))


def acknowledged(before: Alert, by: str = "slack:U1") -> Change:
    after = replace(before, status=Status.ACKNOWLEDGED, acknowledged_by=by)
    return Change(before, after, (Event(Kind.ACKNOWLEDGED, NOON, by),))


def standing(book: Book, room: str = "corona") -> Alert:
    """An alert that has just been opened."""
    [stands] = book.alerts.commit([opened(room)], BOTH, NOON)
    assert stands is not None
    return stands


def claimed(book: Book, at: timedelta = timedelta(), most: int = 10) -> list[Task]:
    """What is due in Slack then."""
    return list(book.outbox.claim("me", SLACK, NOON + at, MINUTE, most))


def topics(tasks: list[Task]) -> list[str]:
    return [task.topic for task in tasks]


def told(task: Task, message: str = "1700.1") -> Told:
    return Told(topic=task.topic, channel=task.channel, message=message)


def begun(
    book: Book, at: timedelta = timedelta(), holder: str = "a", every: timedelta = 5 * MINUTE
) -> Fence | None:
    return book.rounds.begin("rooms", every, holder, NOON + at, MINUTE)
