"""Only one process runs on a SQLite file; PostgreSQL takes many."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import Trouble
from tests.store.conftest import Open, entry

_RUN = """
import sys
from datetime import UTC, datetime
from adapters.store import open_store
store = open_store(sys.argv[1], lambda: datetime(2026, 11, 23, tzinfo=UTC))
store.claim_alone()
print("alone", flush=True)
sys.stdin.readline()
"""


def test_a_second_run_on_one_file_is_refused_with_a_sentence(
    sqlite_url: str, replica: Open
) -> None:
    replica(sqlite_url).claim_alone()

    with pytest.raises(Trouble) as refused:
        replica(sqlite_url).claim_alone()

    assert "Another roomops run uses this database" in refused.value.sentence
    assert "PostgreSQL" in refused.value.hint


def test_the_same_file_by_another_name_is_the_same_file(
    sqlite_url: str, replica: Open, tmp_path: Path
) -> None:
    replica(sqlite_url).claim_alone()
    (tmp_path / "link.db").symlink_to(tmp_path / "roomops.db")

    with pytest.raises(Trouble, match="Another"):
        replica(f"sqlite:///{tmp_path}/link.db").claim_alone()


def test_a_command_beside_the_run_is_answered(sqlite_url: str, replica: Open) -> None:
    replica(sqlite_url).claim_alone()

    assert replica(sqlite_url).begin(entry()) is not None


def test_a_run_that_was_killed_leaves_the_file_free(sqlite_url: str, replica: Open) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", _RUN, sqlite_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    assert run.stdout.readline() == "alone\n"
    with pytest.raises(Trouble, match="Another"):
        replica(sqlite_url).claim_alone()

    run.kill()
    run.communicate()

    replica(sqlite_url).claim_alone()


def test_a_run_that_ended_leaves_the_file_free(sqlite_url: str, replica: Open) -> None:
    first = replica(sqlite_url)
    first.claim_alone()
    first.close()

    replica(sqlite_url).claim_alone()


def test_replicas_share_postgresql(postgresql_url: str, replica: Open) -> None:
    replica(postgresql_url).claim_alone()
    replica(postgresql_url).claim_alone()


def test_databases_in_memory_are_never_the_same(replica: Open) -> None:
    replica("sqlite://").claim_alone()
    replica("sqlite:///:memory:").claim_alone()


def test_a_new_file_is_for_its_owner_alone(sqlite_url: str, replica: Open, tmp_path: Path) -> None:
    before = os.umask(0o022)
    store = replica(sqlite_url)
    store.begin(entry())
    store.claim_alone()
    os.umask(before)

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}

    assert set(modes) >= {"roomops.db", "roomops.db-wal", "roomops.db-run"}
    assert set(modes.values()) == {0o600}


def test_a_file_that_is_there_keeps_its_mode(
    sqlite_url: str, replica: Open, tmp_path: Path
) -> None:
    file = tmp_path / "roomops.db"
    file.touch()
    file.chmod(0o640)

    replica(sqlite_url)

    assert stat.S_IMODE(file.stat().st_mode) == 0o640
