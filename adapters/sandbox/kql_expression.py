"""Expressions of the Kusto Query Language: columns, literals, comparisons and some functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

Row = dict[str, Any]

_TOKENS = re.compile(
    r"""\s*(?:
        (?P<verbatim>@'(?:[^']|'')*') | (?P<text>'[^'\\]*') | (?P<span>\d+[smhd]\b)
        | (?P<number>\d+) | (?P<name>[A-Za-z_]\w*) | (?P<sign>==|!=|>=|<=|[|=<>(),])
    )""",
    re.VERBOSE,
)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}


class SyntaxProblem(Exception):
    """The query is not in the language, or in none of it that is spoken here."""


@dataclass(frozen=True, slots=True)
class Expression:
    """`of` one row; `over` a group of rows where it is an aggregate."""

    name: str
    of: Callable[[Row], Any]
    over: Callable[[Sequence[Row]], Any] = len


class Reader:
    """Reads a query from left to right."""

    def __init__(self, query: str) -> None:
        self._left: list[tuple[str, str]] = []
        end, text = 0, query.strip()
        while end < len(text):
            found = _TOKENS.match(text, end)
            if found is None or found.lastgroup is None:
                raise SyntaxProblem(text[end : end + 20])
            self._left.append((found.lastgroup, found[found.lastgroup]))
            end = found.end()

    def takes(self, word: str) -> bool:
        """Whether it comes next; it is behind us then."""
        if self._left and self._left[0][1] == word and self._left[0][0] in ("sign", "name"):
            del self._left[0]
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.takes(word):
            raise SyntaxProblem(f"{word} expected")

    def name(self) -> str:
        return self._next("name")

    def number(self) -> int:
        return int(self._next("number"))

    def assigned(self) -> str:
        """The name before a single =, "" where there is none."""
        if len(self._left) > 1 and self._left[0][0] == "name" and self._left[1][1] == "=":
            name = self.name()
            self.expect("=")
            return name
        return ""

    def end(self) -> None:
        if self._left:
            raise SyntaxProblem(self._left[0][1])

    def expression(self, known: Sequence[str]) -> Expression:
        """Comparisons joined by `and` and `or`; LookupError names an unknown column."""
        found = self._conjunction(known)
        while self.takes("or"):
            found = _either(found, self._conjunction(known))
        return found

    def _conjunction(self, known: Sequence[str]) -> Expression:
        found = self._comparison(known)
        while self.takes("and"):
            found = _both(found, self._comparison(known))
        return found

    def _comparison(self, known: Sequence[str]) -> Expression:
        left = self._value(known)
        if self.takes("in"):
            among = self._arguments(known)
            return Expression("", lambda row: left.of(row) in [one.of(row) for one in among])
        for sign, compared in _COMPARED.items():
            if self.takes(sign):
                right = self._value(known)
                return Expression("", _comparing(compared, left, right))
        return left

    def _value(self, known: Sequence[str]) -> Expression:
        kind, text = self._left.pop(0) if self._left else ("", "")
        match kind:
            case "verbatim":
                return _constant(text[2:-1].replace("''", "'"))
            case "text":
                return _constant(text[1:-1])
            case "span":
                return _constant(timedelta(**{_UNITS[text[-1]]: int(text[:-1])}))
            case "number":
                return _constant(int(text))
            case "name" if self._left and self._left[0][1] == "(":
                return _function(text, self._arguments(known))
            case "name" if text in known:
                return Expression(text, lambda row: row.get(text))
            case "name":
                raise LookupError(text)
            case _:
                raise SyntaxProblem(text)

    def _arguments(self, known: Sequence[str]) -> list[Expression]:
        self.expect("(")
        found: list[Expression] = []
        while not self.takes(")"):
            found.append(self.expression(known))
            self.takes(",")
        return found

    def _next(self, kind: str) -> str:
        if not self._left or self._left[0][0] != kind:
            raise SyntaxProblem(f"{kind} expected")
        return self._left.pop(0)[1]


def _constant(value: object) -> Expression:
    return Expression("", lambda _: value)


def _comparing(
    compared: Callable[[Any, Any], bool], left: Expression, right: Expression
) -> Callable[[Row], bool]:
    return lambda row: compared(left.of(row), right.of(row))


def _both(one: Expression, two: Expression) -> Expression:
    return Expression("", lambda row: one.of(row) and two.of(row))


def _either(one: Expression, two: Expression) -> Expression:
    return Expression("", lambda row: one.of(row) or two.of(row))


def _function(name: str, given: list[Expression]) -> Expression:
    if name in _AGGREGATES:
        over = _AGGREGATES[name]
        return Expression(f"{name}_", lambda _: None, lambda rows: over(rows, *given))
    if name not in _SCALARS:
        raise SyntaxProblem(name)
    made = _SCALARS[name]
    return Expression(
        given[0].name if given else "", lambda row: made(*(one.of(row) for one in given))
    )


def _extract(pattern: str, group: int, text: str) -> str:
    found = re.search(pattern, text)
    return found[group] if found else ""


def _bin(at: datetime, width: timedelta) -> datetime:
    return at - timedelta(seconds=at.timestamp() % width.total_seconds())


_SCALARS: dict[str, Callable[..., Any]] = {
    "bin": _bin,
    "extract": _extract,
    "replace_regex": lambda text, pattern, new: re.sub(pattern, new, text),
    "strcat": lambda *parts: "".join(map(str, parts)),
    "tolower": str.lower,
    "url_decode": unquote,
}
_AGGREGATES: dict[str, Callable[..., Any]] = {
    "count": len,
    "countif": lambda rows, holds: sum(bool(holds.of(row)) for row in rows),
    "max": lambda rows, of: max(map(of.of, rows), default=None),
    "min": lambda rows, of: min(map(of.of, rows), default=None),
}
