"""What people hear when the database says no."""

from __future__ import annotations

import os
import resource
import sqlite3
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import errors as pg
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from structlog.testing import capture_logs

from adapters.store.faults import trouble
from bot.errors import Forbidden, Trouble, Unreachable
from tests.store.conftest import Open, entry

SECRET = "hunter2-hunter2"


def refusal(replica: Open, url: str) -> Trouble:
    with pytest.raises(Trouble) as refused:
        replica(url, patience=0.2)
    sentence = refused.value.sentence
    assert "ROOMOPS_DATABASE_URL" in sentence
    assert SECRET not in sentence
    return refused.value


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Another program writes into the same file and does not come to an end."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.close()


@contextmanager
def no_room(file: Path) -> Iterator[None]:
    """No file of this process may grow beyond the size that this one has now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://me:{SECRET}@[::1:5432/x",
        f"postgresql+psycopg://me:{SECRET}@host:port/x",
        f"mysql://me:{SECRET}@host/x",
        SECRET,
        "",
    ],
)
def test_an_address_that_is_none_is_told_with_what_it_takes(replica: Open, url: str) -> None:
    assert "postgresql+psycopg://USER:PASSWORD@HOST/NAME" in refusal(replica, url).sentence


def test_a_server_that_is_not_there_is_named_with_its_host_and_port(replica: Open) -> None:
    refused = refusal(replica, f"postgresql+psycopg://me:{SECRET}@127.0.0.1:1/rooms")

    assert isinstance(refused, Unreachable)
    assert "rooms on 127.0.0.1, port 1" in refused.sentence
    assert "Connection refused" in refused.sentence


def test_the_log_of_a_refusal_has_no_password_and_nothing_that_people_wrote(
    sqlite_url: str, replica: Open
) -> None:
    store = replica(sqlite_url, patience=0.1)
    with capture_logs() as log:
        refusal(replica, f"postgresql+psycopg://me:{SECRET}@127.0.0.1:1/rooms")
        with locked(sqlite_url), pytest.raises(Trouble) as refused:
            store.begin(entry(text="my private question"))

    assert [line["event"] for line in log] == ["store.refused"] * 2
    assert SECRET not in str(log)
    assert "private" not in f"{log} {refused.value.__cause__}"


def test_a_database_that_does_not_exist_is_told(replica: Open, postgresql_url: str) -> None:
    elsewhere = make_url(postgresql_url).set(database="nowhere", password=SECRET)

    refused = refusal(replica, elsewhere.render_as_string(hide_password=False))

    assert 'database "nowhere" does not exist' in refused.sentence


def test_a_user_who_may_not_create_tables_is_told_which_right_is_missing(
    replica: Open, postgresql_url: str, postgresql_server: str
) -> None:
    user = f"u_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f'CREATE USER "{user}"')

    poor = make_url(postgresql_url).set(username=user).render_as_string(hide_password=False)
    refused = refusal(replica, poor)

    assert isinstance(refused, Forbidden)
    assert "granted USAGE and CREATE" in refused.sentence


def test_a_database_that_cannot_spell_every_name_is_refused(
    replica: Open, postgresql_server: str, postgresql_url: str
) -> None:
    name = f"latin_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
        )

    latin = make_url(postgresql_url).set(database=name).render_as_string(hide_password=False)

    assert "LATIN1" in refusal(replica, latin).sentence


def test_postgresql_without_its_driver_says_what_to_install(
    replica: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "adapters.store.postgresql", raising=False)
    monkeypatch.delattr("adapters.store.postgresql", raising=False)

    refused = refusal(replica, "postgresql+psycopg://me@host/rooms")

    assert "pip install 'roomops[postgres]'" in refused.sentence


def test_a_folder_that_is_not_there_is_told(replica: Open, tmp_path: Path) -> None:
    refused = refusal(replica, f"sqlite:///{tmp_path}/nowhere/roomops.db")

    assert f"{tmp_path}/nowhere/roomops.db" in refused.sentence
    assert "folder" in refused.sentence


def test_a_file_that_is_something_else_is_left_alone(replica: Open, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all, the room is booked. " * 100)

    assert "no database at all" in refusal(replica, f"sqlite:///{letter}").sentence
    assert letter.read_text().startswith("Dear all")


def test_a_file_that_was_damaged_is_told(replica: Open, sqlite_url: str, tmp_path: Path) -> None:
    replica(sqlite_url).close()
    with (tmp_path / "roomops.db").open("r+b") as file:
        file.seek(100)
        file.write(os.urandom(4000))

    assert "damaged" in refusal(replica, sqlite_url).sentence


def test_a_file_that_may_only_be_read_is_told(replica: Open, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "roomops.db").close()

    refused = refusal(replica, f"sqlite:///file:{tmp_path}/roomops.db?mode=ro&uri=true")

    assert isinstance(refused, Forbidden)
    assert "may only read" in refused.sentence


def test_a_full_disk_is_trouble_until_there_is_room_again(
    replica: Open, sqlite_url: str, tmp_path: Path
) -> None:
    store = replica(sqlite_url)

    with no_room(tmp_path / "roomops.db-wal"), pytest.raises(Trouble) as refused:
        store.begin(entry("slack:1"))

    assert "ROOMOPS_DATABASE_URL" in refused.value.sentence
    assert store.begin(entry("slack:1")) is not None


def test_another_program_that_holds_the_file_is_waited_for_and_then_told(
    replica: Open, sqlite_url: str
) -> None:
    store = replica(sqlite_url, patience=0.1)

    with locked(sqlite_url), pytest.raises(Unreachable) as refused:
        store.begin(entry("slack:1"))

    assert "too busy" in refused.value.sentence
    assert store.begin(entry("slack:1")) is not None


@pytest.mark.parametrize(
    ("wrong", "kind", "what"),
    [
        (OperationalError("", {}, pg.DiskFull()), Trouble, "no room left"),
        (OperationalError("", {}, pg.TooManyConnections()), Unreachable, "too busy"),
        (OperationalError("", {}, pg.QueryCanceled()), Unreachable, "too busy"),
        (OperationalError("", {}, pg.DeadlockDetected()), Unreachable, "too busy"),
        (OperationalError("", {}, pg.AdminShutdown()), Unreachable, "cannot reach"),
        (OperationalError("", {}, pg.OperationalError("lost")), Unreachable, "cannot reach"),
        (OperationalError("", {}, pg.InvalidPassword()), Forbidden, "not allow"),
        (OperationalError("", {}, pg.ReadOnlySqlTransaction()), Forbidden, "only read"),
        (ProgrammingError("", {}, pg.UndefinedTable()), Trouble, "lost its tables"),
        (DBAPIError("", {}, pg.DataCorrupted()), Trouble, "damaged"),
        (DBAPIError("", {}, pg.NumericValueOutOfRange()), Trouble, "refused"),
    ],
)
def test_each_kind_of_refusal_has_its_own_sentence(
    wrong: DBAPIError, kind: type[Trouble], what: str
) -> None:
    told = trouble(wrong)

    assert type(told) is kind
    assert what in str(told)
    assert "ROOMOPS_DATABASE_URL" in told.hint
