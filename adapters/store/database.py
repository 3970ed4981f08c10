"""The only way to a connection: each refusal leaves here as Trouble, and nothing is left open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from adapters.store.faults import trouble


class Database:
    """Connections of an engine in autocommit; used from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # The write lock first: a transaction that reads and then writes would otherwise lose
        # to another writer in between, at once and whatever the busy timeout.
        # https://sqlite.org/lang_transaction.html
        self._begin = "BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "BEGIN"

    @contextmanager
    def statement(self) -> Iterator[Connection]:
        """For statements that each stand alone."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except (DBAPIError, PoolTimeout) as wrong:
            raise trouble(wrong) from wrong

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """For statements of which all hold or none; on SQLite one such at a time."""
        with self.statement() as connection:
            connection.exec_driver_sql(self._begin)
            yield connection
            connection.commit()

    def close(self) -> None:
        self._engine.dispose()
