"""How to connect to SQLite: one connection that the threads take in turn.

Other processes may open the file too: `roomops ask` beside `roomops run`.  That only one of
them runs the checks is for sole.py.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import URL, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from bot.errors import Trouble

_OLDEST = (3, 35)  # RETURNING, https://sqlite.org/lang_returning.html


def connect(url: URL, patience: timedelta) -> Engine:
    """The file is opened by the first statement; `patience` bounds the wait for other writers."""
    if sqlite3.sqlite_version_info < _OLDEST:
        what = f"This Python comes with SQLite {sqlite3.sqlite_version}, and I need 3.35 or later"
        raise Trouble(what, "Use a newer Python, or set ROOMOPS_DATABASE_URL to PostgreSQL.")
    seconds = patience.total_seconds()
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        # SQLite takes one writer at a time anyway.  Threads that queue here are served in turn;
        # those that queue in SQLite sleep and try again.  And :memory: is one database for all.
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=seconds,
        connect_args={"timeout": seconds, "check_same_thread": False},
    )
    file = path(url)
    if file is not None:
        event.listen(engine, "do_connect", lambda *_: _create(file))
    _watch(engine, os.path.abspath(url.database or ""))
    return engine


def path(url: URL) -> str | None:
    """The file; None where there is none, or where the URL's own words say how to open it."""
    name = url.database or ":memory:"
    return None if name == ":memory:" or name.startswith("file:") else os.path.abspath(name)


def _create(path: str) -> None:
    """A new file is for its owner alone: the book names people, rooms and who may do what."""
    # Only where it is new.  Closing a file that SQLite has open would drop SQLite's own locks,
    # https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
    with suppress(OSError):  # SQLite itself says better what is wrong
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _watch(engine: Engine, path: str) -> None:
    def prepare(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        _prepare(connection)
        record.info["file"] = _file(path)

    def compare(
        _connection: sqlite3.Connection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        # SQLite goes on writing, without a word, into a file that was deleted or moved away.
        if record.info["file"] != _file(path):
            raise DisconnectionError

    event.listen(engine, "connect", prepare)
    event.listen(engine, "checkout", compare)


def _prepare(connection: sqlite3.Connection) -> None:
    _to_wal(connection, attempts=10)
    # In WAL mode NORMAL keeps the file whole through a loss of power and every commit through a
    # crash of ours; only the last commits before a loss of power may be missing.  FULL would pay
    # an fsync a commit for those.  https://sqlite.org/pragma.html#pragma_synchronous
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _to_wal(connection: sqlite3.Connection, attempts: int) -> None:
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as wrong:
        if wrong.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or attempts == 0:
            raise
        # Two who switch a new file at once are both refused, at once and whatever the timeout.
        # A write lock is worth waiting for, and once one of us has it the other may pass.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
        _to_wal(connection, attempts - 1)


def _file(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:  # :memory:, or gone
        return None
    return found.st_dev, found.st_ino
