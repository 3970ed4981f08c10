"""Brings a database to HEAD, once, however many processes start at the same moment.

A migration has to run inside one transaction and each of its statements within the
database's patience; a replica of the version before must be able to go on meanwhile.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from adapters.store.database import Database
from adapters.store.schema import HEAD, VERSION_TABLE
from bot.errors import Trouble

_LOCK = 0x726F6F6D  # "room": any number that no other application locks


def to_head(database: Database) -> None:
    """Trouble where a newer roomops has been here: its tables mean what we do not know."""
    with database.statement() as connection:
        found = version(connection)
    if found == HEAD:
        return
    with database.transaction() as connection:
        if connection.dialect.name == "postgresql":  # on SQLite the transaction is the lock
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _upgrade(connection)


def version(connection: Connection) -> str:
    """The revision of the tables; empty where there are none yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return ""
    return connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) or ""


def _upgrade(connection: Connection) -> None:
    found = version(connection)  # again: somebody may have been here while we waited
    if found > HEAD:
        raise Trouble(
            f"My database is of version {found}, and I know only those up to {HEAD}",
            "Start the newer roomops again, or point ROOMOPS_DATABASE_URL to another database.",
        )
    if found < HEAD:
        _run(connection)


def _run(connection: Connection) -> None:
    # Imported where needed: most starts find nothing to do, and Alembic takes 0.2 s and 12 MB.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "adapters.store:migrations")
    command.upgrade(config, HEAD)
