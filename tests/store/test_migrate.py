"""How a database gets its tables."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from adapters.store import Store
from adapters.store.schema import HEAD, VERSION_TABLE, metadata
from bot.errors import Trouble
from tests.store.conftest import Open, entry

_REPLICA = """
import sys
from datetime import UTC, datetime
import alembic.command  # so that all come to the gate with the same work left to do
from adapters.store import open_store
print("here", flush=True)
url = sys.stdin.readline().strip()
store = open_store(url, lambda: datetime(2026, 11, 23, tzinfo=UTC))
store.put(sys.argv[1], "started")
store.close()
"""


def test_the_migrations_lead_to_exactly_the_tables_of_the_schema(
    database_url: str, replica: Open
) -> None:
    replica(database_url)
    engine = create_engine(database_url)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        differences = compare_metadata(context, metadata)
    engine.dispose()

    assert differences == []


def test_the_schema_names_the_last_migration() -> None:
    scripts = ScriptDirectory("adapters/store/migrations")

    assert scripts.get_current_head() == HEAD


def test_revisions_are_numbered_in_their_order() -> None:
    scripts = ScriptDirectory("adapters/store/migrations")

    newest_first = [script.revision for script in scripts.walk_revisions()]

    assert newest_first == sorted(newest_first, reverse=True)


def test_a_second_start_finds_everything_where_the_first_left_it(
    database_url: str, replica: Open
) -> None:
    first = replica(database_url)
    first.begin(entry())
    first.close()

    assert [line.entry for line in replica(database_url).lines()] == [entry()]


def test_processes_that_start_at_once_on_an_empty_database_all_come_up(
    database_url: str, replica: Open
) -> None:
    names = ["a", "b", "c"]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _REPLICA, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"

    for process in processes:
        assert process.stdin is not None
        process.stdin.write(f"{database_url}\n")
        process.stdin.flush()

    assert [process.communicate()[1] for process in processes] == [""] * len(names)
    assert [replica(database_url).get(name) for name in names] == ["started"] * len(names)


def test_threads_that_open_a_new_database_at_once_all_get_it(
    database_url: str, replica: Open
) -> None:
    gate = Barrier(8)

    def start(_: int) -> Store:
        gate.wait()
        return replica(database_url)

    with ThreadPoolExecutor(8) as threads:
        stores = list(threads.map(start, range(8)))

    assert None not in [store.begin(entry(f"slack:{i}")) for i, store in enumerate(stores)]


def test_the_tables_of_a_newer_version_are_left_alone(database_url: str, replica: Open) -> None:
    replica(database_url).close()
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(Trouble) as refused:
        replica(database_url)

    assert "version 9999" in refused.value.sentence
    assert "ROOMOPS_DATABASE_URL" in refused.value.sentence


def test_a_migration_that_fails_leaves_nothing_behind(database_url: str, replica: Open) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE notebook (mine INTEGER)"))

    with pytest.raises(Trouble, match="refused"):
        replica(database_url)

    with engine.begin() as connection:
        connection.execute(text("DROP TABLE notebook"))
    engine.dispose()
    replica(database_url).ready()
