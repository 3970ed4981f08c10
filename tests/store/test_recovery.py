"""The database goes away and comes back; the store does what it can and says what it cannot."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import TupleRow
from sqlalchemy import create_engine, text

from bot.errors import Forbidden, Trouble, Unreachable
from tests.polling import eventually
from tests.store.conftest import Open, entry


@pytest.fixture
def admin(postgresql_url: str) -> Iterator[psycopg.Connection[TupleRow]]:
    """Another session on the same database, to do it harm."""
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


def backends(admin: psycopg.Connection[TupleRow], condition: str = "true") -> list[int]:
    """The server's processes that serve the store."""
    rows = admin.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        f" AND application_name = 'roomops' AND {condition}"
    )
    return [pid for (pid,) in rows]


def kill(admin: psycopg.Connection[TupleRow], pids: list[int]) -> None:
    assert pids
    for pid in pids:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_connections_that_died_in_the_pool_are_replaced_unseen(
    postgresql_url: str, replica: Open, admin: psycopg.Connection[TupleRow]
) -> None:
    store = replica(postgresql_url)
    kill(admin, backends(admin))

    assert store.begin(entry("slack:1")) is not None
    assert len(store.lines()) == 1


def test_a_connection_lost_in_the_midst_of_a_line_is_trouble_once(
    postgresql_url: str, replica: Open, admin: psycopg.Connection[TupleRow]
) -> None:
    store = replica(postgresql_url)
    with ThreadPoolExecutor(1) as thread, admin.transaction():
        admin.execute("LOCK TABLE audit")
        answer = thread.submit(store.begin, entry("slack:1"))
        kill(admin, eventually(lambda: backends(admin, "wait_event_type = 'Lock'")))
        with pytest.raises(Unreachable, match="cannot reach my database"):
            answer.result()

    assert store.begin(entry("slack:1")) is not None


def test_a_line_that_waits_too_long_for_another_gives_up(
    postgresql_url: str, replica: Open, admin: psycopg.Connection[TupleRow]
) -> None:
    store = replica(postgresql_url, patience=0.2)
    with admin.transaction():
        admin.execute("LOCK TABLE audit")
        with pytest.raises(Unreachable, match="too busy"):
            store.begin(entry("slack:1"))

    assert store.begin(entry("slack:1")) is not None


def test_a_connection_that_is_frozen_is_left_for_a_new_one(
    postgresql_url: str, replica: Open, admin: psycopg.Connection[TupleRow]
) -> None:
    store = replica(postgresql_url, patience=0.2)
    [frozen] = backends(admin)
    os.kill(frozen, signal.SIGSTOP)
    try:
        assert store.begin(entry("slack:1")) is not None
    finally:
        os.kill(frozen, signal.SIGCONT)


def test_after_a_failover_the_store_leaves_the_server_that_takes_nothing_any_more(
    postgresql_url: str, replica: Open, admin: psycopg.Connection[TupleRow]
) -> None:
    store = replica(postgresql_url)
    database = admin.info.dbname
    admin.execute(f'ALTER DATABASE "{database}" SET default_transaction_read_only = on')
    kill(admin, backends(admin))
    with pytest.raises(Forbidden, match="may only read"):
        store.begin(entry("slack:1"))

    admin.execute(f'ALTER DATABASE "{database}" RESET default_transaction_read_only')

    assert store.begin(entry("slack:1")) is not None


def test_a_database_that_lost_its_tables_is_not_ready(database_url: str, replica: Open) -> None:
    store = replica(database_url)
    store.ready()
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE audit"))
    engine.dispose()

    with pytest.raises(Trouble, match="lost its tables"):
        store.ready()


def test_a_file_that_was_deleted_is_trouble_and_not_written_to_unseen(
    sqlite_url: str, replica: Open, tmp_path: Path
) -> None:
    store = replica(sqlite_url)
    for file in tmp_path.iterdir():
        file.unlink()

    with pytest.raises(Trouble, match="lost its tables"):
        store.begin(entry("slack:1"))
    with pytest.raises(Trouble, match="lost its tables"):
        store.ready()


def test_a_file_that_was_put_back_from_a_backup_is_used(
    sqlite_url: str, replica: Open, tmp_path: Path
) -> None:
    replica(f"sqlite:///{tmp_path}/backup.db").close()
    store = replica(sqlite_url)
    store.begin(entry("slack:1"))
    for file in tmp_path.glob("roomops.db*"):
        file.unlink()
    (tmp_path / "backup.db").rename(tmp_path / "roomops.db")

    store.begin(entry("slack:2"))

    assert [line.entry.invocation for line in store.lines()] == ["slack:2"]
