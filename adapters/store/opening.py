"""From ROOMOPS_DATABASE_URL to an engine, and what to say at the start where that fails.

Whoever starts the service may read the driver's words; the password stays out of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from adapters.store import sqlite
from adapters.store.faults import said
from bot.errors import Trouble

_TAKES = "It takes sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME."


def parse(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # their messages may quote the password
        raise Trouble("ROOMOPS_DATABASE_URL is no database address", _TAKES) from None
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise Trouble("ROOMOPS_DATABASE_URL names a database that I do not know", _TAKES)
    return address


def connect(address: URL, patience: timedelta) -> Engine:
    """An engine that has not connected yet."""
    if address.get_backend_name() == "sqlite":
        return sqlite.connect(address.set(drivername="sqlite"), patience)
    try:
        from adapters.store import postgresql
    except ImportError:
        what = "PostgreSQL in ROOMOPS_DATABASE_URL needs the package psycopg"
        raise Trouble(what, "Install it: pip install 'roomops[postgres]'.") from None
    return postgresql.connect(address.set(drivername="postgresql+psycopg"), patience)


@contextmanager
def explained(address: URL) -> Iterator[None]:
    """Adds to Trouble which database it was and what its driver said."""
    try:
        yield
    except Trouble as trouble:
        what, cause = f"{trouble} ({_place(address)})", trouble.__cause__
        quoted = f"The database said: {_said(cause, address)}." if cause else ""
        hint = f"{trouble.hint} {quoted}".strip()
        raise type(trouble)(what, hint, code=trouble.code) from cause


def _place(address: URL) -> str:
    if address.get_backend_name() == "sqlite":
        return str(Path(address.database or ":memory:").absolute())
    host = address.host or address.query.get("host", "localhost")
    return f"{address.database or ''} on {host}, port {address.port or 5432}"


def _said(cause: BaseException, address: URL) -> str:
    words = said(cause) if isinstance(cause, SQLAlchemyError) else str(cause)
    return words.replace(str(address.password), "***") if address.password else words
