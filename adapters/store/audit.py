"""The book of every command and denial: who, where, what, whether they might, how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, Executable, Row, bindparam, delete, select, update

from adapters.store.schema import audit
from adapters.store.upsert import insert
from bot.ports import Entry
from bot.reply import Outcome


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it stands in the book; without an outcome it runs still, or its end was lost."""

    number: int
    entry: Entry
    outcome: Outcome | None
    duration: timedelta | None


def begin(connection: Connection, entry: Entry) -> int | None:
    """The number of the new line; None where one of this invocation stands already."""
    number: int | None = connection.scalar(
        _begin(connection.dialect.name),
        {
            "invocation": entry.invocation,
            "at": entry.at,
            "user_id": entry.user,
            "channel_id": entry.channel,
            "text": entry.text,
            "command": entry.command,
            "allowed": entry.allowed,
        },
    )
    return number


def end(connection: Connection, number: int, outcome: Outcome, duration: timedelta) -> None:
    milliseconds = round(duration.total_seconds() * 1000)
    connection.execute(_END, {"line": number, "outcome": outcome.value, "ms": milliseconds})


def lines(connection: Connection, limit: int) -> Sequence[Line]:
    """Newest first."""
    rows = connection.execute(select(audit).order_by(audit.c.number.desc()).limit(limit))
    return [_line(row) for row in rows]


def prune(connection: Connection, before: datetime, most: int) -> int:
    """Delete at most so many of the oldest lines; how many they were."""
    old = select(audit.c.number).where(audit.c.at < before).order_by(audit.c.at).limit(most)
    return connection.execute(delete(audit).where(audit.c.number.in_(old))).rowcount


def touch(connection: Connection) -> None:
    """The cheapest question that needs the table to be there."""
    connection.execute(_TOUCH)


@cache
def _begin(dialect: str) -> Executable:
    # The unique index decides who was first, for all threads, processes and replicas alike.
    new = insert(dialect, audit).on_conflict_do_nothing(index_elements=[audit.c.invocation])
    return new.returning(audit.c.number)


_END = (
    update(audit)
    .where(audit.c.number == bindparam("line"))
    .values(outcome=bindparam("outcome"), duration_ms=bindparam("ms"))
)
_TOUCH = select(audit.c.number).limit(1)


def _line(row: Row[tuple[object, ...]]) -> Line:
    entry = Entry(
        invocation=row.invocation,
        at=row.at,
        user=row.user_id,
        channel=row.channel_id,
        text=row.text,
        command=row.command,
        allowed=row.allowed,
    )
    outcome = None if row.outcome is None else Outcome(row.outcome)
    duration = None if row.duration_ms is None else timedelta(milliseconds=row.duration_ms)
    return Line(row.number, entry, outcome, duration)
