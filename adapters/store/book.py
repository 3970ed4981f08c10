"""The ports of bot/book.py over one database: a method is a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from adapters.store import alerts, history, ledger, outbox, replicas, rounds, silences
from adapters.store.database import Database
from adapters.store.documents import result_of
from bot.alert import Alert, Change, Event
from bot.book import Book, Fence, Round, Spell, Waiting
from bot.errors import Trouble
from bot.finding import Result
from bot.notification import Task, Told
from bot.people import Channel
from bot.silence import Silence
from bot.throttling import Bucket, By, Standing, Tally


def book_of(database: Database) -> Book:
    """Safe in many threads and replicas.  Raises nothing but Trouble."""
    return Book(
        alerts=AlertBook(database),
        silences=SilenceBook(database),
        rounds=RoundBook(database),
        outbox=OutboxBook(database),
        replicas=ReplicaBook(database),
        ledger=LedgerBook(database),
    )


@dataclass(frozen=True, slots=True)
class AlertBook:
    database: Database

    def open(self) -> tuple[Alert, ...]:
        with self.database.statement() as connection:
            return alerts.live(connection)

    def resolved(self, since: datetime) -> tuple[Alert, ...]:
        with self.database.statement() as connection:
            return alerts.resolved(connection, since)

    def get(self, number: int) -> Alert:
        with self.database.statement() as connection:
            return alerts.get(connection, number)

    def history(self, number: int) -> tuple[tuple[int, Event], ...]:
        with self.database.statement() as connection:
            return history.of(connection, number)

    def commit(
        self, changes: Sequence[Change], channels: Sequence[Channel], now: datetime
    ) -> tuple[Alert | None, ...]:
        if not changes:
            return ()
        with self.database.transaction() as connection:
            return alerts.commit(connection, changes, channels, now)


@dataclass(frozen=True, slots=True)
class SilenceBook:
    database: Database

    def holding(self, now: datetime) -> tuple[Silence, ...]:
        with self.database.statement() as connection:
            return silences.holding(connection, now)

    def get(self, number: int) -> Silence:
        with self.database.statement() as connection:
            return silences.get(connection, number)

    def add(self, silence: Silence, channels: Sequence[Channel]) -> Silence:
        with self.database.transaction() as connection:
            return silences.add(connection, silence, channels)

    def end(
        self, number: int, by: str, now: datetime, channels: Sequence[Channel]
    ) -> Silence | None:
        with self.database.transaction() as connection:
            return silences.end(connection, number, by, now, channels)

    def matched(self, numbers: Sequence[int], now: datetime) -> None:
        with self.database.statement() as connection:
            silences.matched(connection, numbers, now)

    def hidden(self, silence: Silence) -> tuple[tuple[Alert, Event], ...]:
        with self.database.statement() as connection:
            return silences.hidden(connection, silence)


def _readable(text: str) -> Result | None:
    """None where a newer version wrote it: that check was as good as never looked at."""
    try:
        return result_of(text)
    except Trouble:
        return None


@dataclass(frozen=True, slots=True)
class RoundBook:
    """Remembers the results that it has read: they are large, and asked for at every round."""

    database: Database
    _read: dict[str, tuple[int, Result | None]] = field(default_factory=dict)  # with their fences

    def all(self) -> tuple[Round, ...]:
        with self.database.statement() as connection:
            rows = rounds.rows(connection)
            stale = [row.check_name for row in rows if not self._is_known(row)]
            for check, (fence, text) in rounds.results(connection, stale).items():
                self._read[check] = (fence, _readable(text))
        return tuple(rounds.round_of(row, self._result(row)) for row in rows)

    def _is_known(self, row: Row[Any]) -> bool:
        fence, _ = self._read.get(row.check_name, (None, None))
        return bool(row.result_fence == fence)

    def _result(self, row: Row[Any]) -> Result | None:
        """Newer than the row, where another thread has read it meanwhile; never older."""
        return self._read[row.check_name][1] if row.finished_at else None

    def begin(
        self, check: str, every: timedelta, holder: str, now: datetime, lease: timedelta
    ) -> Fence | None:
        with self.database.statement() as connection:
            return rounds.begin(connection, check, every, holder, now, lease)

    def keep(self, fence: Fence, now: datetime, lease: timedelta) -> bool:
        with self.database.statement() as connection:
            return rounds.keep(connection, fence, now, lease)

    def end(
        self,
        fence: Fence,
        result: Result,
        changes: Sequence[Change],
        channels: Sequence[Channel],
        now: datetime,
    ) -> tuple[Alert | None, ...] | None:
        with self.database.transaction() as connection:
            if not rounds.end(connection, fence, result, now):
                return None
            return alerts.commit(connection, changes, channels, now)


@dataclass(frozen=True, slots=True)
class OutboxBook:
    database: Database

    def claim(
        self, holder: str, channel: Channel, now: datetime, lease: timedelta, most: int
    ) -> tuple[Task, ...]:
        with self.database.statement() as connection:
            return outbox.claim(connection, holder, channel, now, lease, most)

    def told(self, topic: str, channel: Channel) -> Told | None:
        with self.database.statement() as connection:
            return outbox.told(connection, topic, channel)

    def tell(self, task: Task, told: Told, due_at: datetime | None) -> bool:
        with self.database.statement() as connection:
            return outbox.tell(connection, task, told, due_at)

    def intend(self, task: Task, told: Told) -> bool:
        with self.database.statement() as connection:
            return outbox.intend(connection, task, told)

    def put_off(self, task: Task, due_at: datetime, why: str) -> None:
        with self.database.statement() as connection:
            outbox.put_off(connection, task, due_at, why)

    def enqueue(self, topic: str, channels: Sequence[Channel], due_at: datetime) -> None:
        with self.database.transaction() as connection:
            outbox.enqueue(connection, [topic], channels, due_at)

    def backlog(self, now: datetime) -> tuple[Waiting, ...]:
        with self.database.statement() as connection:
            return outbox.backlog(connection, now)


@dataclass(frozen=True, slots=True)
class ReplicaBook:
    database: Database

    def beat(self, holder: str, version: str, now: datetime) -> None:
        with self.database.statement() as connection:
            replicas.beat(connection, holder, version, now)

    def leave(self, holder: str) -> None:
        with self.database.statement() as connection:
            replicas.leave(connection, holder)

    def alive(self, since: datetime) -> tuple[tuple[str, str, datetime], ...]:
        with self.database.statement() as connection:
            return replicas.alive(connection, since)


@dataclass(frozen=True, slots=True)
class LedgerBook:
    database: Database

    def write(
        self, holder: str, buckets: Sequence[Bucket], standing: Standing, now: datetime
    ) -> None:
        with self.database.transaction() as connection:
            ledger.write(connection, holder, buckets, standing, now)

    def spells(
        self,
        since: datetime,
        until: datetime,
        width: timedelta,
        by: By = By.ALL,
        name: str = "",
    ) -> tuple[Spell, ...]:
        with self.database.statement() as connection:
            return ledger.spells(connection, since, until, width, by, name)

    def top(self, by: By, since: datetime, until: datetime, most: int) -> tuple[Tally, ...]:
        with self.database.statement() as connection:
            return ledger.top(connection, by, since, until, most)

    def standings(self, since: datetime) -> tuple[tuple[str, datetime, Standing], ...]:
        with self.database.statement() as connection:
            return ledger.standing(connection, since)

    def merge(self, before: datetime) -> None:
        while self._merge_one(before):
            pass

    def _merge_one(self, before: datetime) -> bool:
        with self.database.transaction() as connection:
            return ledger.merge(connection, before)

    def forget(self, before: datetime) -> None:
        with self.database.transaction() as connection:
            ledger.remove(connection, before)
