"""What was asked of Microsoft 365, in minutes and later in hours, and how each replica stood.

A row in `ledger_kept` says that somebody kept book then, so that no row of tallies means zero
there, and nothing elsewhere.  Only the holder writes a minute's rows, and only adds to them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    select,
)

from adapters.store.columns import Moment
from adapters.store.schema import kept, standings, tallies
from adapters.store.upsert import insert
from bot.book import Spell
from bot.throttling import Bucket, By, Standing, Step, Tally

MINUTE, HOUR = 1, 60  # how long a row is about, in minutes
NAMES = 64  # operations, and askers, of one minute or hour; those asked least are left out
MAILBOXES = {MINUTE: 20, HOUR: 40}
_HOUR = timedelta(hours=1)
_EVERYBODY = ""  # the holder of hours

t, k = tallies.c, kept.c


def write(
    connection: Connection,
    holder: str,
    buckets: Sequence[Bucket],
    standing: Standing,
    now: datetime,
) -> None:
    """Add them up with what stands there; book was kept in their minutes and is in this one."""
    rows = [row for bucket in buckets for row in _rows(bucket.minute, MINUTE, holder, bucket)]
    _add(connection, rows)
    minutes = {bucket.minute for bucket in buckets} | {now}
    _attend(connection, [_kept(_floor(at, MINUTE), holder, standing) for at in sorted(minutes)])
    connection.execute(
        _stands(connection.dialect.name), {"holder": holder, "at": now, "standing": standing}
    )


def spells(
    connection: Connection, since: datetime, until: datetime, width: timedelta, by: By, name: str
) -> tuple[Spell, ...]:
    """From `since` on, `width` each; an hour's row counts where the hour begins."""
    given = {"since": since, "until": until}
    sums: dict[int, list[Tally]] = defaultdict(list)
    for row in connection.execute(_OF_ONE, {**given, "its_kind": by.value, "its_name": name}):
        sums[(row.at - since) // width].append(_tally(by, name, row))
    kept_rows: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(_KEPT, given):
        kept_rows[(row.at - since) // width].append(row)
    count = -((since - until) // width)
    return tuple(
        _spell(since + number * width, by, name, sums[number], kept_rows[number])
        for number in range(count)
    )


def top(
    connection: Connection, by: By, since: datetime, until: datetime, most: int
) -> tuple[Tally, ...]:
    """Sums by name: the most often refused first, then the most asked."""
    given = {"its_kind": by.value, "since": since, "until": until, "most": most}
    return tuple(_tally(by, row.name, row) for row in connection.execute(_TOP, given))


def standing(connection: Connection, since: datetime) -> tuple[tuple[str, datetime, Standing], ...]:
    found = connection.execute(_STANDINGS, {"since": since})
    return tuple((row.holder, row.at, row.standing) for row in found)


def merge(connection: Connection, before: datetime) -> bool:
    """Make one hour of the oldest minutes, where their hour ended before then; whether any was.

    Rows are taken away before they are added up, so that of two who do so one finds them.
    """
    limit = _floor(before, HOUR)
    oldest = [connection.scalar(_OLDEST[table]) for table in (tallies, kept)]
    first = min((at for at in oldest if at is not None), default=limit)
    hour = _floor(first, HOUR)
    if hour >= limit:
        return False
    given = {"since": hour, "until": hour + _HOUR}
    gone = connection.execute(_TAKE, given).all()
    sums: dict[tuple[By, str], list[Tally]] = defaultdict(list)
    for row in gone:
        by = By(row.kind)
        sums[by, row.name].append(_tally(by, row.name, row))
    bucket = Bucket(hour, tuple(_sum(by, name, found) for (by, name), found in sums.items()))
    _add(connection, _rows(hour, HOUR, _EVERYBODY, bucket))
    minutes = connection.execute(_TAKE_KEPT, given).all()
    if minutes:
        _attend(connection, [_hour(hour, minutes)])
    return True


def remove(connection: Connection, before: datetime) -> None:
    for table in (tallies, kept, standings):
        connection.execute(delete(table).where(table.c.at < before))


def _rows(at: datetime, grain: int, holder: str, bucket: Bucket) -> list[dict[str, Any]]:
    """At most so many names of each kind, the worst and the most asked first."""
    kinds: dict[By, list[Tally]] = defaultdict(list)
    for tally in bucket.tallies:
        kinds[tally.by].append(tally)
    most = {By.MAILBOX: MAILBOXES[grain]}
    chosen = (
        tally
        for by, found in kinds.items()
        for tally in sorted(found, key=_weight, reverse=True)[: most.get(by, NAMES)]
    )
    place = {"at": _floor(at, grain), "grain": grain, "holder": holder}
    return [{**place, **_columns(tally)} for tally in chosen]


def _weight(tally: Tally) -> tuple[float, ...]:
    return tally.throttled + tally.unavailable, tally.waited, tally.requests


def _columns(tally: Tally) -> dict[str, Any]:
    by, name, *counts = astuple(tally)
    return {"kind": by.value, "name": name, **dict(zip(_COUNTS, counts, strict=True))}


def _tally(by: By, name: str, row: Any) -> Tally:
    return Tally(by, name, *(getattr(row, count) for count in _COUNTS))


def _sum(by: By, name: str, found: Iterable[Tally]) -> Tally:
    total = Tally(by, name)
    for one in found:
        total = total + one
    return total


def _spell(at: datetime, by: By, name: str, found: Sequence[Tally], rows: Sequence[Any]) -> Spell:
    if not rows:
        return Spell(at)
    lowest = min(row.headroom for row in rows)
    return Spell(at, _sum(by, name, found), lowest, Step(max(row.step for row in rows)))


def _kept(at: datetime, holder: str, standing: Standing) -> dict[str, Any]:
    place = {"at": at, "grain": MINUTE, "holder": holder}
    return {**place, "headroom": standing.headroom, "step": standing.step.value}


def _hour(hour: datetime, minutes: Sequence[Any]) -> dict[str, Any]:
    lowest = min(row.headroom for row in minutes)
    place = {"at": hour, "grain": HOUR, "holder": _EVERYBODY}
    return {**place, "headroom": lowest, "step": max(row.step for row in minutes)}


def _add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(_added(connection.dialect.name), rows)


def _attend(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(_attended(connection.dialect.name), rows)


def _floor(at: datetime, grain: int) -> datetime:
    minute = 0 if grain == HOUR else at.minute
    return at.replace(minute=minute, second=0, microsecond=0)


_COUNTS = ("requests", "throttled", "unavailable", "waits", "waited", "retry_after")
_SUMS = _COUNTS[:-1]
_SINCE, _UNTIL = bindparam("since", type_=Moment), bindparam("until", type_=Moment)


def _within(table: Table) -> ColumnElement[bool]:
    return and_(table.c.at >= _SINCE, table.c.at < _UNTIL)


_OF_ONE = select(tallies).where(
    t.kind == bindparam("its_kind"), t.name == bindparam("its_name"), _within(tallies)
)
_KEPT = select(kept).where(_within(kept))
_TOP = (
    select(
        t.name,
        *(func.sum(t[name]).label(name) for name in _SUMS),
        func.max(t.retry_after).label("retry_after"),
    )
    .where(t.kind == bindparam("its_kind"), _within(tallies))
    .group_by(t.name)
    .order_by(func.sum(t.throttled + t.unavailable).desc(), func.sum(t.requests).desc(), t.name)
    .limit(bindparam("most"))
)
_STANDINGS = select(standings).where(standings.c.at >= _SINCE).order_by(standings.c.holder)
_OLDEST = {
    table: select(func.min(table.c.at)).where(table.c.grain == MINUTE) for table in (tallies, kept)
}
_TAKE = delete(tallies).where(t.grain == MINUTE, _within(tallies)).returning(tallies)
_TAKE_KEPT = delete(kept).where(k.grain == MINUTE, _within(kept)).returning(kept)


def _larger(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one > other, one), else_=other)  # SQLite's max() is PostgreSQL's greatest()


@cache
def _added(dialect: str) -> Executable:
    new = insert(dialect, tallies)
    change: dict[str, Any] = {name: t[name] + new.excluded[name] for name in _SUMS}
    change["retry_after"] = _larger(t.retry_after, new.excluded.retry_after)
    return new.on_conflict_do_update(index_elements=list(tallies.primary_key), set_=change)


@cache
def _attended(dialect: str) -> Executable:
    new = insert(dialect, kept)
    lower = case((k.headroom < new.excluded.headroom, k.headroom), else_=new.excluded.headroom)
    change = {"headroom": lower, "step": _larger(k.step, new.excluded.step)}
    return new.on_conflict_do_update(index_elements=list(kept.primary_key), set_=change)


@cache
def _stands(dialect: str) -> Executable:
    new = insert(dialect, standings)
    change = {"at": new.excluded.at, "standing": new.excluded.standing}
    return new.on_conflict_do_update(index_elements=[standings.c.holder], set_=change)
