"""The tables as they stand at HEAD.  Whoever changes one adds a migration and moves HEAD."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, MetaData, Table

from adapters.store.columns import NUMBER, Key, Moment, Words

HEAD = "0001"  # revisions are numbered, so that a newer one sorts after an older one
# Alembic's own default name could be another application's, in a database that we share with it.
VERSION_TABLE = "roomops_version"

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "ix": "%(table_name)s_%(column_0_name)s_idx",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

audit = Table(
    "audit",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("invocation", Key, nullable=False, unique=True),  # what makes a repeat a repeat
    Column("at", Moment, nullable=False, index=True),  # retention deletes by age
    # Not "user": in PostgreSQL, `SELECT user` is the database's own user, without an error.
    Column("user_id", Words, nullable=False),
    Column("channel_id", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("command", Words, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("outcome", Words),  # null: it has not ended, or its end was lost
    Column("duration_ms", Integer),
    sqlite_autoincrement=True,  # a number once given is never given again, not even after pruning
)

notebook = Table(
    "notebook",
    metadata,
    Column("key", Key, primary_key=True),
    Column("value", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
