"""How to connect to PostgreSQL so that nothing waits for ever.

The server ends a statement that takes too long.  Where it cannot even say that, because
it is frozen or the network swallows its words, the connection hangs up by itself.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.rows import TupleRow
from psycopg.waiting import Ready, Wait
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import Dialect, ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import Trouble

# Whatever the query of ROOMOPS_DATABASE_URL says instead wins.
_DEFAULTS = {
    "connect_timeout": "5",
    "application_name": "roomops",
    "client_encoding": "utf8",
    "keepalives_idle": "30",  # shorter than the idle limit of any cloud's load balancer
}
_READ_ONLY = "25006"
_SLACK = 1.2  # the server's own refusal comes first: it says why, and keeps the connection
T = TypeVar("T")


def connect(url: URL, patience: timedelta) -> Engine:
    """Connects at the first statement; `patience` bounds each statement and each wait."""
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        pool_size=4,
        max_overflow=12,  # as many as commands run at once
        pool_timeout=patience.total_seconds(),
        pool_pre_ping=True,  # a restarted server costs a reconnect, not a refusal
        pool_use_lifo=True,
    )

    def greet(
        _dialect: Dialect, _record: ConnectionPoolEntry, _args: list[Any], options: dict[str, Any]
    ) -> Patient:
        return _greet(patience, {**_DEFAULTS, **options})

    event.listen(engine, "do_connect", greet)
    event.listen(engine, "handle_error", _leave_a_standby)
    return engine


class Patient(psycopg.Connection[TupleRow]):
    """A connection that hangs up after `patience` seconds of silence."""

    patience = 10.0

    def wait(self, gen: PQGen[T], *_intervals: Any, **_timeouts: Any) -> T:
        return super().wait(self._answered(gen), self.patience)

    def _answered(self, gen: PQGen[T]) -> Generator[Wait, Ready | int, T]:
        try:
            wanted = next(gen)
            while ready := (yield wanted):
                wanted = gen.send(ready)
        except StopIteration as end:
            answer: T = end.value
            return answer
        self.close()
        raise psycopg.OperationalError("no answer in time")


def _greet(patience: timedelta, options: dict[str, Any]) -> Patient:
    connection = Patient.connect(autocommit=True, **options)
    _require_unicode(connection)
    connection.patience = patience.total_seconds() * _SLACK
    milliseconds = round(patience.total_seconds() * 1000)
    # Not as start-up options: PgBouncer refuses those that it does not know.
    connection.execute(f"SET statement_timeout = {milliseconds}")
    connection.execute(f"SET idle_in_transaction_session_timeout = {6 * milliseconds}")
    return connection


def _require_unicode(connection: Patient) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        connection.close()
        what = f"My database keeps text as {encoding}, and rooms are named in every script"
        raise Trouble(what, "Create that of ROOMOPS_DATABASE_URL with ENCODING 'UTF8'.")


def _leave_a_standby(context: ExceptionContext) -> None:
    """After a failover the old primary answers still, but takes nothing: connect anew."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True
