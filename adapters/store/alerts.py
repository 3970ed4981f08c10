"""What is true: alerts, changed by compare-and-set; with each change goes its outbox row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Row, Select, bindparam, delete, select, update

from adapters.store import history, outbox
from adapters.store.columns import key
from adapters.store.documents import trimmed
from adapters.store.schema import alerts
from adapters.store.upsert import insert
from bot import topic
from bot.alert import Alert, Change, Status
from bot.errors import Missing
from bot.people import Channel

_AT_ONCE = 5_000  # numbers in one question; a statement of PostgreSQL takes 65,535


def live(connection: Connection) -> tuple[Alert, ...]:
    """All that are not over, by number."""
    return tuple(map(of, connection.execute(_LIVE)))


def resolved(connection: Connection, since: datetime) -> tuple[Alert, ...]:
    """Newest first."""
    return tuple(map(of, connection.execute(_RESOLVED, {"since": since})))


def get(connection: Connection, number: int) -> Alert:
    row = connection.execute(_GET, {"wanted": number}).one_or_none()
    if row is None:
        raise Missing(f"There is no alert #{number}", "Say alerts to see those that there are.")
    return of(row)


def of(row: Row[Any]) -> Alert:
    """The alert of a row of READ."""
    alert: Alert = row.alert
    return replace(alert, number=row.number, version=row.version)


def commit(
    connection: Connection, changes: Sequence[Change], channels: Sequence[Channel], now: datetime
) -> tuple[Alert | None, ...]:
    """Inside a transaction: each change's alert as it now stands, None where somebody was first.

    Rows are locked in the order of their numbers, then of fingerprints, then of topics, so that
    two of these wait for each other and never in a circle.
    """
    versions = _locked(connection, [c.before.number for c in changes if c.before])
    moved = [_moved(change, versions) for change in changes]
    pairs = list(zip(changes, moved, strict=True))
    _update(connection, [alert for change, alert in pairs if alert and change.after])
    _delete(connection, [alert.number for change, alert in pairs if alert and not change.after])
    numbers = _insert(connection, [c.after for c in changes if c.after and not c.before])
    standing = [alert or _born(change, numbers) for change, alert in pairs]
    _follow(connection, changes, standing, channels, now)
    return tuple(standing)


def over_before(connection: Connection, before: datetime, most: int) -> list[int]:
    """The numbers of so many that ended before then."""
    return list(connection.scalars(_OLD, {"before": before, "most": most}))


def remove(connection: Connection, numbers: Sequence[int]) -> None:
    """With their history and what was told of them."""
    _delete(connection, numbers)
    outbox.remove(connection, [topic.alert(number) for number in numbers])


def _locked(connection: Connection, numbers: Sequence[int]) -> dict[int, int]:
    """The versions of these, which nobody else can change until the transaction ends."""
    found: dict[int, int] = {}
    for some in _in_parts(sorted(numbers)):
        rows = connection.execute(_LOCK, {"wanted": some})
        found.update((row.number, row.version) for row in rows)
    return found


def _moved(change: Change, versions: dict[int, int]) -> Alert | None:
    """What stands after it; a second change of the same alert finds no version any more."""
    before = change.before
    if before is None or versions.pop(before.number, None) != before.version:
        return None
    if change.after is None:
        return _forgettable(before)
    return trimmed(change.after, before.number, before.version + 1)


def _forgettable(alert: Alert) -> Alert:
    if alert.status is not Status.PENDING:
        raise ValueError(f"alert {alert.number} was told; only a pending one may be forgotten")
    return alert


def _follow(
    connection: Connection,
    changes: Sequence[Change],
    standing: Sequence[Alert | None],
    channels: Sequence[Channel],
    now: datetime,
) -> None:
    """The history of those that stand, and what has to be spoken of."""
    won = [(c, alert) for c, alert in zip(changes, standing, strict=True) if alert]
    stay = [(alert.number, event) for c, alert in won if c.after for event in c.events]
    history.add(connection, stay)
    # The forgotten too, so that all rows are locked in their order before some are removed.
    outbox.enqueue(connection, [topic.alert(alert.number) for _, alert in won], channels, now)
    gone = [topic.alert(alert.number) for change, alert in won if change.after is None]
    outbox.remove(connection, gone)


def _update(connection: Connection, moved: Sequence[Alert]) -> None:
    if moved:
        rows = [{**_row(a), "its_number": a.number, "read": a.version - 1} for a in moved]
        connection.execute(_UPDATE, rows)


def _delete(connection: Connection, numbers: Sequence[int]) -> None:
    for some in _in_parts(numbers):
        connection.execute(delete(alerts).where(alerts.c.number.in_(some)))


def _insert(connection: Connection, new: Sequence[Alert]) -> dict[str, int]:
    """The numbers, by the fingerprint's key, of those of which no other alert stands."""
    born = {key(alert.fingerprint): alert for alert in reversed(new)}
    if not born:
        return {}
    rows = [_row(trimmed(born[fingerprint], 0, 1)) for fingerprint in sorted(born)]
    written = connection.execute(_new(connection.dialect.name), rows)
    return {row.fingerprint: row.number for row in written}


def _born(change: Change, numbers: dict[str, int]) -> Alert | None:
    if change.before or not change.after:
        return None
    number = numbers.pop(key(change.after.fingerprint), None)
    return None if number is None else trimmed(change.after, number, 1)


def _row(alert: Alert) -> dict[str, Any]:
    return {
        "version": alert.version,
        "fingerprint": alert.fingerprint,
        "resolved_at": (alert.resolved_at or alert.changed_at) if alert.is_over else None,
        "alert": alert,
    }


def _in_parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]


READ: Select[Any] = select(alerts.c.number, alerts.c.version, alerts.c.alert)
_LIVE = READ.where(alerts.c.resolved_at.is_(None)).order_by(alerts.c.number)
_RESOLVED = READ.where(alerts.c.resolved_at >= bindparam("since")).order_by(
    alerts.c.resolved_at.desc(), alerts.c.number.desc()
)
_GET = READ.where(alerts.c.number == bindparam("wanted"))
_LOCK = (
    select(alerts.c.number, alerts.c.version)
    .where(alerts.c.number.in_(bindparam("wanted", expanding=True)))
    .order_by(alerts.c.number)
    .with_for_update()  # on SQLite the transaction itself is the lock
)
_UPDATE = update(alerts).where(
    alerts.c.number == bindparam("its_number"), alerts.c.version == bindparam("read")
)
_OLD = (
    select(alerts.c.number)
    .where(alerts.c.resolved_at < bindparam("before"))
    .order_by(alerts.c.resolved_at)
    .limit(bindparam("most"))
)


@cache
def _new(dialect: str) -> Executable:
    # The unique index decides who was first, for all threads, processes and replicas alike.
    new = insert(dialect, alerts).on_conflict_do_nothing(
        index_elements=[alerts.c.fingerprint], index_where=alerts.c.resolved_at.is_(None)
    )
    return new.returning(alerts.c.number, alerts.c.fingerprint)
