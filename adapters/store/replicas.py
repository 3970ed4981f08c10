"""Who is alive: a row a replica, with its last beat."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Executable, bindparam, delete, select

from adapters.store.schema import replicas
from adapters.store.upsert import insert


def beat(connection: Connection, holder: str, version: str, now: datetime) -> None:
    row = {"holder": holder, "version": version, "at": now}
    connection.execute(_beat(connection.dialect.name), row)


def leave(connection: Connection, holder: str) -> None:
    connection.execute(_LEAVE, {"gone": holder})


def alive(connection: Connection, since: datetime) -> tuple[tuple[str, str, datetime], ...]:
    found = connection.execute(_ALIVE, {"since": since})
    return tuple((row.holder, row.version, row.at) for row in found)


def remove(connection: Connection, before: datetime) -> None:
    connection.execute(delete(replicas).where(replicas.c.at < before))


_LEAVE = delete(replicas).where(replicas.c.holder == bindparam("gone"))
_ALIVE = select(replicas).where(replicas.c.at >= bindparam("since")).order_by(replicas.c.holder)


@cache
def _beat(dialect: str) -> Executable:
    new = insert(dialect, replicas)
    change = {"version": new.excluded.version, "at": new.excluded.at}
    return new.on_conflict_do_update(index_elements=[replicas.c.holder], set_=change)
