"""Column types that mean the same on SQLite and PostgreSQL: moments, words and keys."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

# SQLite numbers rows by themselves only where the type is exactly INTEGER.
NUMBER = BigInteger().with_variant(Integer(), "sqlite")

# A PostgreSQL index row ends at 2,704 bytes; 200 characters are at most 800.
_LONGEST_KEY = 200
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Moment(TypeDecorator[datetime]):
    """An aware time, to the microsecond; comes back in UTC and sorts as text too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone is no moment")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Words(TypeDecorator[str]):
    """Any text.  NUL, which PostgreSQL refuses, and lone surrogates come back as U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else _UNSTORABLE.sub("\ufffd", value)


class Key(Words):
    """Text that is looked up, as `key` shortens it."""

    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else key(value)


def key(text: str) -> str:
    """As a Key keeps it: beyond 200 characters its end becomes a digest."""
    text = _UNSTORABLE.sub("\ufffd", text)
    if len(text) <= _LONGEST_KEY:
        return text
    digest = sha256(text.encode()).hexdigest()
    return f"{text[: _LONGEST_KEY - len(digest) - 1]}#{digest}"
