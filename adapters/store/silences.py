"""Rules about speaking, with an end, an author and a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, select, update

from adapters.store import alerts, history, outbox
from adapters.store.schema import alerts as alert_table
from adapters.store.schema import events, silences
from bot import topic
from bot.alert import Alert, Event
from bot.errors import Missing
from bot.people import Channel
from bot.silence import Matcher, Silence

s = silences.c


def holding(connection: Connection, now: datetime) -> tuple[Silence, ...]:
    return tuple(map(_silence, connection.execute(_HOLDING, {"now": now})))


def get(connection: Connection, number: int) -> Silence:
    row = connection.execute(_GET, {"wanted": number}).one_or_none()
    if row is None:
        raise Missing(f"There is no silence {number}", "Say alerts to see those that hold.")
    return _silence(row)


def add(connection: Connection, silence: Silence, channels: Sequence[Channel]) -> Silence:
    """Inside a transaction."""
    row = connection.execute(_ADD, _row(silence)).one()
    outbox.enqueue(connection, [topic.silence(row.number)], channels, silence.until)
    return _silence(row)


def end(
    connection: Connection, number: int, by: str, now: datetime, channels: Sequence[Channel]
) -> Silence | None:
    """Inside a transaction."""
    row = connection.execute(_END, {"wanted": number, "now": now, "by": by}).one_or_none()
    if row is None:
        get(connection, number)
        return None
    silence = _silence(row)
    # Those that ended meanwhile too: their end was kept quiet.
    held = (*alerts.live(connection), *alerts.resolved(connection, silence.begins))
    covered = [alert.number for alert in held if silence.matcher.covers(alert)]
    topics = [topic.silence(number), *map(topic.alert, covered)]
    outbox.enqueue(connection, topics, channels, now)
    return silence


def matched(connection: Connection, numbers: Sequence[int], now: datetime) -> None:
    if numbers:
        connection.execute(update(silences).where(s.number.in_(numbers)).values(matched_at=now))


def hidden(connection: Connection, silence: Silence) -> tuple[tuple[Alert, Event], ...]:
    """As its alerts stand now, whenever their events were."""
    window = (silence.begins, min(silence.until, silence.ended_at or silence.until))
    covered = _covered(connection, silence.matcher, window)
    return tuple(
        (covered[number], event)
        for number, event in history.between(connection, *window)
        if number in covered
    )


def remove(connection: Connection, before: datetime) -> None:
    """Those that ended before then, with what was told of them."""
    numbers = connection.scalars(_OLD, {"before": before}).all()
    outbox.remove(connection, [topic.silence(number) for number in numbers])
    connection.execute(delete(silences).where(s.number.in_(numbers)))


def _covered(
    connection: Connection, matcher: Matcher, window: tuple[datetime, datetime]
) -> dict[int, Alert]:
    """The alerts that it covers and to which something happened then, by number."""
    moved = select(events.c.alert).where(events.c.at.between(*window))
    question = alerts.READ.where(alert_table.c.number.in_(moved))
    if matcher.fingerprint:
        question = question.where(alert_table.c.fingerprint == matcher.fingerprint)
    found = map(alerts.of, connection.execute(question))
    return {alert.number: alert for alert in found if matcher.covers(alert)}


def _row(silence: Silence) -> dict[str, Any]:
    return {
        "matcher": silence.matcher,
        "begins": silence.begins,
        "until": silence.until,
        "author": silence.author,
        "reason": silence.reason,
        "matched_at": silence.matched_at,
        "ended_at": silence.ended_at,
        "ended_by": silence.ended_by,
    }


def _silence(row: Row[Any]) -> Silence:
    return Silence(
        matcher=row.matcher,
        begins=row.begins,
        until=row.until,
        author=row.author,
        reason=row.reason,
        number=row.number,
        matched_at=row.matched_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )


_GET: Select[Any] = select(silences).where(s.number == bindparam("wanted"))
_HOLDING = (
    select(silences)
    .where(s.ended_at.is_(None), s.begins <= bindparam("now"), s.until > bindparam("now"))
    .order_by(s.number)
)
_ADD = insert(silences).returning(silences)
_END = (
    update(silences)
    .where(s.number == bindparam("wanted"), s.ended_at.is_(None), s.until > bindparam("now"))
    .values(ended_at=bindparam("now"), ended_by=bindparam("by"))
    .returning(silences)
)
_OLD = select(s.number).where(s.until < bindparam("before"))
