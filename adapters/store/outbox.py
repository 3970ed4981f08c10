"""What has to be looked at for speaking, and what was told: one row a topic and channel.

A claim empties `due_at`, so that whatever is enqueued meanwhile fills it again: that a row was
wanted while somebody spoke of it is seen when they finish, and it stays due.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Executable,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)

from adapters.store.columns import Key, Moment
from adapters.store.schema import outbox
from adapters.store.upsert import insert
from bot.book import Waiting
from bot.notification import Task, Told
from bot.people import Channel

o = outbox.c


def enqueue(
    connection: Connection, topics: Sequence[str], channels: Sequence[Channel], due_at: datetime
) -> None:
    """An earlier due time stands."""
    listed = json.dumps(sorted(set(topics)))
    for channel in sorted(set(channels), key=str) if topics else ():
        given = {**_place(channel), "topics": listed, "next": due_at}
        connection.execute(_enqueue(connection.dialect.name), given)


def claim(
    connection: Connection,
    holder: str,
    channel: Channel,
    now: datetime,
    lease: timedelta,
    most: int,
) -> tuple[Task, ...]:
    """What became due first comes first; `attempts` is 0 at the first claim."""
    given = {**_place(channel), "now": now, "most": most}
    taken = {"mine": holder, "end": now + lease}
    rows = connection.execute(_CLAIM, given | taken).all()
    tasks = [Task(row.topic, channel, row.since, row.attempts - 1, row.fence) for row in rows]
    return tuple(sorted(tasks, key=lambda task: (task.due_at, task.topic)))


def told(connection: Connection, topic: str, channel: Channel) -> Told | None:
    found: Told | None = connection.scalar(_TOLD, {"its_topic": topic, **_place(channel)})
    return found


def tell(connection: Connection, task: Task, told: Told, due_at: datetime | None) -> bool:
    given = {**_claimed_by(task), "written": told, "next": due_at}
    return connection.execute(_TELL, given).rowcount > 0


def intend(connection: Connection, task: Task, told: Told) -> bool:
    return connection.execute(_INTEND, {**_claimed_by(task), "written": told}).rowcount > 0


def put_off(connection: Connection, task: Task, due_at: datetime, why: str) -> None:
    given = {**_claimed_by(task), "next": due_at, "because": why}
    connection.execute(_PUT_OFF, given)


def backlog(connection: Connection, now: datetime) -> tuple[Waiting, ...]:
    """By channel; `why` is what most of its tasks were last put off for."""
    waiting: dict[Channel, Waiting] = {}
    for row in connection.execute(_BACKLOG, {"now": now}):
        channel = Channel(row.platform, row.channel_id)
        known = waiting.get(channel, Waiting(channel, 0, row.since, ""))
        waiting[channel] = Waiting(
            channel, known.tasks + row.tasks, min(known.since, row.since), known.why or row.why
        )
    return tuple(waiting.values())


def remove(connection: Connection, topics: Sequence[str]) -> None:
    if topics:
        connection.execute(delete(outbox).where(o.topic.in_(topics)))


def remove_days(connection: Connection, first: str) -> None:
    """The daily topics before this one."""
    kind = first.partition("/")[0]
    connection.execute(delete(outbox).where(o.topic.startswith(f"{kind}/"), o.topic < first))


def _place(channel: Channel) -> dict[str, Any]:
    return {"its_platform": channel.platform, "its_channel": channel.id}


def _claimed_by(task: Task) -> dict[str, Any]:
    return {"its_topic": task.topic, **_place(task.channel), "its_fence": task.fence}


def _earliest(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[datetime | None]:
    # SQLite's min() and PostgreSQL's least() differ about null.
    return case((one.is_(None), other), (other < one, other), else_=one)


_HERE = and_(
    o.platform == bindparam("its_platform"),
    o.channel_id == bindparam("its_channel"),
)
_THIS = and_(o.topic == bindparam("its_topic"), _HERE)
# Who claimed it and finished, or lost it to another, has no claim any more.
_OURS = and_(_THIS, o.fence == bindparam("its_fence"), o.claimed_until.is_not(None))
_NOW = bindparam("now", type_=Moment)
_NEXT = bindparam("next", type_=Moment)
_FREE_AND_DUE = and_(o.claimed_until.is_(None), o.due_at <= _NOW)
_GIVEN_UP = o.claimed_until <= _NOW

_READY = (
    select(o.topic, o.platform, o.channel_id)
    .where(_HERE, or_(_FREE_AND_DUE, _GIVEN_UP))
    .order_by(func.coalesce(o.due_at, o.claimed_until), o.topic)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)  # SQLite has one writer at a time and ignores it
    .cte("ready")
)
_CLAIM = (
    update(outbox)
    .where(
        o.topic == _READY.c.topic,
        o.platform == _READY.c.platform,
        o.channel_id == _READY.c.channel_id,
    )
    .values(
        fence=o.fence + 1,
        attempts=o.attempts + 1,
        holder=bindparam("mine"),
        claimed_until=bindparam("end", type_=Moment),
        since=_earliest(o.since, o.due_at),
        due_at=null(),
    )
    .returning(o.topic, o.since, o.attempts, o.fence)
)
_TOLD = select(o.told).where(_THIS)
_INTEND = update(outbox).where(_OURS).values(told=bindparam("written"))
_TELL = (
    update(outbox)
    .where(_OURS)
    .values(
        told=bindparam("written"),
        due_at=_earliest(o.due_at, _NEXT),
        since=null(),
        attempts=0,
        why="",
        claimed_until=null(),
    )
)
_PUT_OFF = (
    update(outbox).where(_OURS).values(due_at=_NEXT, why=bindparam("because"), claimed_until=null())
)
_SINCE = func.coalesce(o.since, o.due_at)
_BACKLOG = (
    select(
        o.platform,
        o.channel_id,
        o.why,
        func.count().label("tasks"),
        func.min(_SINCE).label("since"),
    )
    .where(or_(_FREE_AND_DUE, _GIVEN_UP, o.why != ""))
    .group_by(o.platform, o.channel_id, o.why)
    .order_by(o.platform, o.channel_id, func.count().desc())
)


@cache
def _enqueue(dialect: str) -> Executable:
    # One list instead of a row of parameters each: a round may change thousands of alerts.
    listed = bindparam("topics", type_=Text)
    if dialect == "postgresql":
        each = func.json_array_elements_text(cast(listed, JSON)).table_valued("value")
    else:
        each = func.json_each(listed).table_valued("value")
    columns = [
        each.c.value,
        bindparam("its_platform", type_=Key),
        bindparam("its_channel", type_=Key),
        _NEXT,
    ]
    # Without a WHERE, SQLite takes ON CONFLICT for a join, https://sqlite.org/lang_upsert.html
    rows = select(*columns).where(literal_column("true"))
    new = insert(dialect, outbox).from_select([o.topic, o.platform, o.channel_id, o.due_at], rows)
    earliest = _earliest(o.due_at, new.excluded.due_at)
    return new.on_conflict_do_update(
        index_elements=[o.topic, o.platform, o.channel_id], set_={"due_at": earliest}
    )
