"""What happened to alerts: their events, in growing numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from adapters.store.schema import events
from bot.alert import Event, Kind


def add(connection: Connection, happened: Sequence[tuple[int, Event]]) -> None:
    """Events, each of the alert with this number."""
    rows = [
        {
            "alert": number,
            "at": event.at,
            "kind": event.kind.value,
            "who": event.by,
            "words": event.words,
        }
        for number, event in happened
    ]
    if rows:
        connection.execute(insert(events), rows)


def of(connection: Connection, alert: int) -> tuple[tuple[int, Event], ...]:
    """The events of one alert with their numbers, oldest first."""
    return tuple((row.number, _event(row)) for row in connection.execute(_OF, {"wanted": alert}))


def between(connection: Connection, begin: datetime, end: datetime) -> list[tuple[int, Event]]:
    """Everything that happened then, with the alerts' numbers, oldest first."""
    rows = connection.execute(_BETWEEN, {"begin": begin, "end": end})
    return [(row.alert, _event(row)) for row in rows]


def _event(row: Row[Any]) -> Event:
    return Event(_kind(row.kind), row.at, row.who, row.words)


def _kind(text: str) -> Kind:
    """What a newer version calls by another name is still a change, and its words say which."""
    try:
        return Kind(text)
    except ValueError:
        return Kind.CHANGED


_OF = select(events).where(events.c.alert == bindparam("wanted")).order_by(events.c.number)
_BETWEEN = (
    select(events)
    .where(events.c.at.between(bindparam("begin"), bindparam("end")))
    .order_by(events.c.number)
)
