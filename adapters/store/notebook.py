"""Small things that an adapter must remember: one text under one key, the last word stands."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Executable, bindparam, select

from adapters.store.schema import notebook
from adapters.store.upsert import insert


def get(connection: Connection, key: str) -> str | None:
    value: str | None = connection.scalar(_GET, {"wanted": key})
    return value


def put(connection: Connection, key: str, value: str, at: datetime) -> None:
    page = {"key": key, "value": value, "at": at}
    connection.execute(_put(connection.dialect.name), page)


_GET = select(notebook.c.value).where(notebook.c.key == bindparam("wanted"))


@cache
def _put(dialect: str) -> Executable:
    new = insert(dialect, notebook)
    change = {"value": new.excluded.value, "at": new.excluded.at}
    return new.on_conflict_do_update(index_elements=[notebook.c.key], set_=change)
