"""The $filter of OData, as far as this product asks: comparisons, and, or, not, any, startswith.

Strings compare without case, as in the directory.
https://learn.microsoft.com/graph/filter-query-parameter
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from adapters.sandbox.refusal import Refusal, bad_request

Predicate = Callable[[Mapping[str, Any]], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<word>[\w.@$:+-]+(?:/(?!any\(|all\()[\w.@$]+)*)"
    r"|(?P<any>/any\(|/all\()|(?P<mark>[(),]))"
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_LITERALS = {"true": True, "false": False, "null": None}


def where(text: str) -> Predicate:
    """The filter as a function of a rendered object; Refusal 400 where it makes no sense."""
    parser = _Parser(text)
    predicate = parser.either()
    if parser.rest:
        raise parser.wrong()
    return predicate


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self.rest = [match.group().strip() for match in _TOKEN.finditer(text)]
        if "".join(self.rest).replace(" ", "") != re.sub(r"\s+", "", text):
            raise self.wrong()

    def wrong(self) -> Refusal:
        return bad_request(f"Invalid filter clause: '{self._text}'.")

    def either(self) -> Predicate:
        parts = [self._both()]
        while self._accept("or"):
            parts.append(self._both())
        return lambda item: any(part(item) for part in parts)

    def _both(self) -> Predicate:
        parts = [self._one()]
        while self._accept("and"):
            parts.append(self._one())
        return lambda item: all(part(item) for part in parts)

    def _one(self) -> Predicate:
        if self._accept("not"):
            inner = self._one()
            return lambda item: not inner(item)
        if self._accept("("):
            inner = self.either()
            self._expect(")")
            return inner
        if self._accept("startswith"):
            return self._startswith()
        return self._comparison()

    def _startswith(self) -> Predicate:
        self._expect("(")
        path = self._next()
        self._expect(",")
        prefix = str(_literal(self._next()))
        self._expect(")")
        return lambda item: str(_value(item, path) or "").lower().startswith(prefix)

    def _comparison(self) -> Predicate:
        path, sign = self._next(), self._next()
        if sign in ("/any(", "/all("):
            return self._quantified(path, any if sign == "/any(" else all)
        if sign not in _COMPARE:
            raise self.wrong()
        compare, literal = _COMPARE[sign], _literal(self._next())
        return lambda item: _holds(compare, _value(item, path), literal)

    def _quantified(self, path: str, quantifier: Callable[[Any], bool]) -> Predicate:
        name = self._next().removesuffix(":")
        if name.count(":"):  # written without a space, as in any(t:t eq 'x')
            name, first = name.split(":", 1)
            self.rest.insert(0, first)
        inner = self.either()
        self._expect(")")
        return lambda item: quantifier(
            inner({**item, name: each}) for each in _value(item, path) or ()
        )

    def _next(self) -> str:
        if not self.rest:
            raise self.wrong()
        return self.rest.pop(0)

    def _accept(self, token: str) -> bool:
        if self.rest and self.rest[0].lower() == token:
            self.rest.pop(0)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._accept(token):
            raise self.wrong()


def _literal(token: str) -> Any:
    if token.startswith("'"):
        return token[1:-1].replace("''", "'").lower()
    if token.lower() in _LITERALS:
        return _LITERALS[token.lower()]
    try:
        return float(token)
    except ValueError:
        return token.lower()  # a date, a GUID or an enum: compared as text


def _value(item: Mapping[str, Any], path: str) -> Any:
    found: Any = item
    for part in path.split("/"):
        if not isinstance(found, Mapping) or part not in found:
            raise bad_request(f"Could not find a property named '{path}'.")
        found = found[part]
    return found.lower() if isinstance(found, str) else found


def _holds(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    try:
        return compare(left, right)
    except TypeError:  # null against a number is not an error, and never true
        return False
