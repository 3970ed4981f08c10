"""A little of the Kusto Query Language: table | where | extend | summarize | top | project.

Enough to answer a client for what it really asks, and to refuse what Kusto would refuse.
https://learn.microsoft.com/kusto/query/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from adapters.sandbox.kql_expression import Expression, Reader, SyntaxProblem

Row = dict[str, Any]
Named = list[tuple[str, Expression]]
Step = Callable[[list[Row]], list[Row]]

__all__ = ["SyntaxProblem", "UnknownTable", "run"]


class UnknownTable(Exception):
    """What the query begins with is no table here; the text is its name."""


def run(
    query: str, table: str, columns: Iterable[str], rows: Callable[[], Iterable[Row]]
) -> tuple[list[str], list[Row]]:
    """Column names and rows; SyntaxProblem, UnknownTable, or LookupError for an unknown column."""
    reader = Reader(query)
    name, known = reader.name(), list(columns)
    if name != table:
        raise UnknownTable(name)
    steps: list[Step] = []
    while reader.takes("|"):
        step, known = _step(reader, reader.name(), known)
        steps.append(step)
    reader.end()
    found = list(rows())
    for step in steps:
        found = step(found)
    return known, [{column: row.get(column) for column in known} for row in found]


def _step(reader: Reader, operator: str, known: list[str]) -> tuple[Step, list[str]]:
    match operator:
        case "where":
            holds = reader.expression(known)
            return lambda rows: [row for row in rows if holds.of(row)], known
        case "extend":
            made = _named(reader, known)
            step: Step = lambda rows: [row | _each(made, row) for row in rows]  # noqa: E731
            return step, [*known, *(name for name, _ in made if name not in known)]
        case "project":
            kept = _named(reader, known)
            return lambda rows: [_each(kept, row) for row in rows], [name for name, _ in kept]
        case "summarize":
            return _summarize(reader, known)
        case "top":
            return _top(reader, known), known
        case _:
            raise SyntaxProblem(operator)


def _summarize(reader: Reader, known: list[str]) -> tuple[Step, list[str]]:
    made = _named(reader, known)
    by = _named(reader, known) if reader.takes("by") else []

    def step(rows: list[Row]) -> list[Row]:
        groups: dict[tuple[Any, ...], list[Row]] = {} if by else {(): []}
        for row in rows:
            groups.setdefault(tuple(key.of(row) for _, key in by), []).append(row)
        names = [name for name, _ in by]
        return [
            dict(zip(names, key, strict=True)) | {name: one.over(group) for name, one in made}
            for key, group in groups.items()
        ]

    return step, [name for name, _ in (*by, *made)]


def _top(reader: Reader, known: list[str]) -> Step:
    most = reader.number()
    reader.expect("by")
    key = reader.expression(known)
    upwards = not reader.takes("desc") and reader.takes("asc")
    return lambda rows: sorted(rows, key=key.of, reverse=not upwards)[:most]


def _named(reader: Reader, known: list[str]) -> Named:
    found: Named = []
    while True:
        name = reader.assigned()
        value = reader.expression(known)
        found.append((name or value.name, value))
        if not reader.takes(","):
            return found


def _each(named: Named, row: Row) -> Row:
    return {name: value.of(row) for name, value in named}
