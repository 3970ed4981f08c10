"""Whose turn it is to look at a check, and what was seen last: one row a check.

The row is a lease: one conditional write takes it, and whoever lost it meanwhile has an older
fence and may not write.  Times are those of the callers' clocks, which agree within seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Row, and_, bindparam, null, or_, select, update

from adapters.store.columns import Moment
from adapters.store.documents import result_text
from adapters.store.schema import rounds
from adapters.store.upsert import insert
from bot.book import Fence, Round
from bot.finding import Result, Unknown

_DUE = 0.9  # of `every`: a timer that fires a little early still finds its round due

r = rounds.c


def begin(
    connection: Connection,
    check: str,
    every: timedelta,
    holder: str,
    now: datetime,
    lease: timedelta,
) -> Fence | None:
    row = {
        "check_name": check,
        "fence": 1,
        "holder": holder,
        "begun_at": now,
        "lease_until": now + lease,
        "unknown": 0,
    }
    given = {**row, "now": now, "due": now - _DUE * every}
    number = connection.scalar(_begin(connection.dialect.name), given)
    return None if number is None else Fence(check, number)


def keep(connection: Connection, fence: Fence, now: datetime, lease: timedelta) -> bool:
    given = {**_held(fence), "end": now + lease}
    return connection.execute(_KEEP, given).rowcount > 0


def end(connection: Connection, fence: Fence, result: Result, now: datetime) -> bool:
    """False, and nothing written, where it was lost."""
    ended = _END_BLIND if isinstance(result, Unknown) else _END
    given = {**_held(fence), "now": now, "seen": result_text(result)}
    return connection.execute(ended, given).rowcount > 0


def rows(connection: Connection) -> Sequence[Row[Any]]:
    """All of them without their results, by name; for `round_of`."""
    return connection.execute(_ALL).all()


def results(connection: Connection, checks: Sequence[str]) -> dict[str, tuple[int, str]]:
    """The text of each check's last result, and the fence under which it was written."""
    found = connection.execute(_RESULTS, {"wanted": checks}) if checks else ()
    return {row.check_name: (row.result_fence, row.result) for row in found}


def round_of(row: Row[Any], result: Result | None) -> Round:
    took = row.finished_at - row.started_at if row.finished_at else None
    return Round(
        check=row.check_name,
        result=result,
        started_at=row.started_at,
        finished_at=row.finished_at,
        unknown=row.unknown,
        holder=row.holder,
        duration=took,
        until=row.lease_until,
    )


def _held(fence: Fence) -> dict[str, Any]:
    return {"its_name": fence.check, "its_fence": fence.number}


# Whoever ended it, or lost it to another, has no claim any more.
_OURS = and_(
    r.check_name == bindparam("its_name"),
    r.fence == bindparam("its_fence"),
    r.lease_until.is_not(None),
)
_KEEP = update(rounds).where(_OURS).values(lease_until=bindparam("end", type_=Moment))
_ENDED = (
    update(rounds)
    .where(_OURS)
    .values(
        result=bindparam("seen"),
        result_fence=r.fence,
        started_at=r.begun_at,
        finished_at=bindparam("now", type_=Moment),
        lease_until=null(),
    )
)
_END = _ENDED.values(unknown=0)
_END_BLIND = _ENDED.values(unknown=r.unknown + 1)
_ALL = select(*(column for column in r if column is not r.result)).order_by(r.check_name)
_RESULTS = select(r.check_name, r.result_fence, r.result).where(
    r.check_name.in_(bindparam("wanted", expanding=True)), r.result_fence.is_not(None)
)


@cache
def _begin(dialect: str) -> Executable:
    new = insert(dialect, rounds)
    is_due = and_(r.lease_until.is_(None), r.begun_at <= bindparam("due", type_=Moment))
    given_up = r.lease_until <= bindparam("now", type_=Moment)
    # Clocks agree within seconds, a lease is longer: one was set back, and that look is no excuse.
    is_ahead = r.begun_at > new.excluded.lease_until
    change = {
        "fence": r.fence + 1,
        "holder": new.excluded.holder,
        "begun_at": new.excluded.begun_at,
        "lease_until": new.excluded.lease_until,
    }
    claim = new.on_conflict_do_update(
        index_elements=[r.check_name], set_=change, where=or_(is_due, given_up, is_ahead)
    )
    return claim.returning(r.fence)
