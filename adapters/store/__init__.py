"""The database: SQLite for one process, PostgreSQL for replicas, the same behaviour on both.

A method is a transaction, or several (`prune`, `forget`).  Each table has its module, as
functions over a connection, so that two of them can share a transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import URL

from adapters.store import alerts, audit, notebook, outbox, replicas, silences
from adapters.store.audit import Line
from adapters.store.book import book_of
from adapters.store.database import Database
from adapters.store.migrate import to_head
from adapters.store.opening import connect, explained, parse
from adapters.store.sole import sole
from bot import topic
from bot.ports import Clock, Entry
from bot.reply import Outcome

__all__ = ["Line", "Store", "open_store"]

PATIENCE: Final = timedelta(seconds=10)
_READY = "ready"  # the notebook's page that says when it was last written
_PRUNED_AT_ONCE = 1000  # so that a prune never holds up a command for long


def open_store(url: str, clock: Clock, patience: timedelta = PATIENCE) -> Store:
    """The database of ROOMOPS_DATABASE_URL, with its tables as this version needs them.

    Trouble says what to do where that cannot be.  `patience` bounds every later wait.
    """
    address = parse(url)
    database = Database(connect(address, patience))
    with ExitStack() as undo, explained(address):
        undo.callback(database.close)
        to_head(database)
        undo.pop_all()
    return Store(database, clock, address)


class Store:
    """Implements Audit of bot/ports.py, and the ports of bot/book.py as its `book`.

    Safe in many threads.  Raises nothing but Trouble.
    """

    def __init__(self, database: Database, clock: Clock, address: URL) -> None:
        self._database, self._clock, self._address = database, clock, address
        self._held = ExitStack()
        self.book = book_of(database)

    def claim_alone(self) -> None:
        """On SQLite, once: be the only one who runs on this file, until it is closed or dies.

        Trouble where another does.  PostgreSQL is for many.
        """
        self._held.enter_context(sole(self._address))

    def begin(self, entry: Entry) -> int | None:
        """Write the line; its number, or None if this invocation was begun before."""
        with self._database.statement() as connection:
            return audit.begin(connection, entry)

    def end(self, number: int, outcome: Outcome, duration: timedelta) -> None:
        with self._database.statement() as connection:
            audit.end(connection, number, outcome, duration)

    def lines(self, limit: int = 50) -> Sequence[Line]:
        """The audit, newest first."""
        with self._database.statement() as connection:
            return audit.lines(connection, limit)

    def prune(self, before: datetime) -> int:
        """Forget the audit's lines from before then; how many they were."""
        count = 0
        while pruned := self._prune_some(before):
            count += pruned
        return count

    def _prune_some(self, before: datetime) -> int:
        with self._database.statement() as connection:
            return audit.prune(connection, before, _PRUNED_AT_ONCE)

    def forget(self, before: datetime) -> int:
        """Forget what was over before then: alerts with their history and what was told of them,
        silences, days, replicas.  How many alerts they were."""
        with self._database.transaction() as connection:
            silences.remove(connection, before)
            outbox.remove_days(connection, topic.daily(before.date()))
            replicas.remove(connection, before)
        count = 0
        while forgotten := self._forget_some(before):
            count += forgotten
        return count

    def _forget_some(self, before: datetime) -> int:
        with self._database.transaction() as connection:
            numbers = alerts.over_before(connection, before, _PRUNED_AT_ONCE)
            alerts.remove(connection, numbers)
        return len(numbers)

    def get(self, key: str) -> str | None:
        """What was last put under the key."""
        with self._database.statement() as connection:
            return notebook.get(connection, key)

    def put(self, key: str, value: str) -> None:
        with self._database.statement() as connection:
            notebook.put(connection, key, value, self._clock())

    def ready(self) -> None:
        """Trouble where the database does not answer, has lost its tables, or takes nothing.

        It writes, since a full or read-only database answers every question and no command.
        """
        with self._database.statement() as connection:
            audit.touch(connection)
            notebook.put(connection, _READY, "", self._clock())

    def close(self) -> None:
        self._database.close()
        self._held.close()
