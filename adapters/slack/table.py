"""Tables: the first of a message as Slack's own, any other as aligned text.

Slack takes one table block a message (docs.slack.dev/reference/block-kit/blocks/table-block).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from adapters.slack.inert import inert
from adapters.slack.limits import CELL, COLUMNS, TEXT, Json, cut, length
from adapters.slack.spans import rich
from bot.reply import Bold, Code, Link, Span, Table, When, words


def table_block(table: Table) -> Json:
    """All its rows; whoever puts the message together keeps as many as fit."""
    rows = [[_head(cell) for cell in table.head[:COLUMNS]]]
    rows += [[_cell(cell) for cell in row[:COLUMNS]] for row in table.rows]
    return {"type": "table", "column_settings": _settings(table), "rows": rows}


def _settings(table: Table) -> list[Json]:
    columns = range(min(len(table.head), COLUMNS))
    return [
        {"align": "right" if column in table.numeric else "left", "is_wrapped": True}
        for column in columns
    ]


def _head(text: str) -> Json:
    return _rich(Bold(text)) if text.strip() else _raw(text)


def _cell(span: Span) -> Json:
    if isinstance(span, str) or not words(span).strip():
        return _raw(words(span))
    return _rich(span)


def _raw(text: str) -> Json:
    return {"type": "raw_text", "text": cut(inert(text), CELL).strip() or " "}  # "" is refused


def _rich(span: Span) -> Json:
    match span:
        case Bold(text):
            span = Bold(cut(text, CELL))
        case Code(text):
            span = Code(cut(text, CELL))
        case Link() | When() | str():
            pass
    return {"type": "rich_text", "elements": [rich((span,))]}


def aligned(table: Table) -> list[Json]:
    """The table as preformatted text, in as many blocks as its length needs."""
    rows = [_line(table.head), *(_line(map(words, row)) for row in table.rows)]
    widths = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    return [_preformatted(text) for text in _pages(_padded(row, widths, table) for row in rows)]


def _line(cells: Iterable[str]) -> list[str]:
    return [cut(" ".join(cell.split()), CELL) for cell in cells]


def _padded(row: Sequence[str], widths: Sequence[int], table: Table) -> str:
    cells = (
        cell.rjust(width) if column in table.numeric else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=False))
    )
    return "  ".join(cells).rstrip()


def _pages(lines: Iterable[str]) -> Iterator[str]:
    page = ""
    for line in lines:
        if page and length(f"{page}\n{line}") > TEXT:
            yield page
            page = ""
        page = f"{page}\n{line}" if page else cut(line, TEXT)
    if page.strip():
        yield page


def _preformatted(text: str) -> Json:
    elements = [{"type": "text", "text": inert(text)}]
    section = {"type": "rich_text_preformatted", "elements": elements}
    return {"type": "rich_text", "elements": [section]}
