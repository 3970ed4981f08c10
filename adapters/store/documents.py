"""What the bot knows, as JSON text in a column: alerts, results, what was told.

What a newer version has added is skipped, and what it lacks has its default.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from bot.alert import Alert
from bot.errors import Trouble
from bot.finding import Broken, Evidence, Finding, Ok, Result, Unknown

EVIDENCE = 5  # answers kept as proof of one finding; a room's thousandth refusal proves no more

_SURROGATES = re.compile("[\ud800-\udfff]")
T = TypeVar("T")


class Document(TypeDecorator[T], Generic[T]):
    """A value of a dataclass.  Lone surrogates in its words come back as U+FFFD."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[T]) -> None:
        super().__init__()
        self.kind = kind
        self._adapter = TypeAdapter(kind)

    def process_bind_param(self, value: T | None, _dialect: Dialect) -> str | None:
        return None if value is None else _text(self._adapter, value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> T | None:
        return None if value is None else _value(self._adapter, value)


def result_text(result: Result) -> str:
    """With at most EVIDENCE answers a finding."""
    match result:
        case Ok():
            kept = _Kept(ok=_trimmed(result))
        case Broken(findings):
            kept = _Kept(broken=replace(result, findings=tuple(map(_trimmed, findings))))
        case Unknown():
            kept = _Kept(unknown=_trimmed(result))
    return _text(_RESULT, kept)


def result_of(text: str) -> Result:
    """Trouble where it is of a kind that this version does not know."""
    kept = _value(_RESULT, text)
    result = kept.ok or kept.broken or kept.unknown
    if result is None:
        raise _unreadable()
    return result


def trimmed(alert: Alert, number: int, version: int) -> Alert:
    """As it stands in the database: with at most EVIDENCE answers as its proof."""
    finding = _trimmed(alert.finding)
    return replace(alert, finding=finding, number=number, version=version)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A result under the name of its kind."""

    ok: Ok | None = None
    broken: Broken | None = None
    unknown: Unknown | None = None


_RESULT = TypeAdapter(_Kept)
_Proven = TypeVar("_Proven", Finding, Ok, Unknown)


def _trimmed(proven: _Proven) -> _Proven:
    evidence: Sequence[Evidence] = proven.evidence
    if len(evidence) <= EVIDENCE:
        return proven
    return replace(proven, evidence=tuple(evidence[:EVIDENCE]))


def _text(adapter: TypeAdapter[T], value: T) -> str:
    try:
        return adapter.dump_json(value).decode()
    except PydanticSerializationError:  # it takes no lone surrogates, and people's text has some
        plain: Any = adapter.dump_python(value, mode="json")
        return _SURROGATES.sub("\ufffd", json.dumps(plain, ensure_ascii=False))


def _value(adapter: TypeAdapter[T], text: str) -> T:
    try:
        return adapter.validate_json(text)
    except ValidationError as wrong:
        raise _unreadable() from wrong


def _unreadable() -> Trouble:
    return Trouble(
        "My database holds something that I cannot read",
        "A newer roomops wrote it, or it is damaged: start the newer one again, or restore "
        "ROOMOPS_DATABASE_URL from a backup.",
    )
