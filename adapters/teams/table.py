"""Tables and pairs in a card, for clients with a Table element and for those without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from adapters.teams.spans import inline, line, run
from bot.reply import Bold, Span, Table, words

Json = dict[str, Any]

_GAP = "\u2003"  # EM SPACE: without it a number touches the words of the next column


def fact(label: str, value: Span) -> Json:
    # Not a FactSet: its titles and values are read as Markdown.
    return _columns([([run(label, weight="bolder")], 1), ([inline(value)], 3)])


def table(block: Table) -> list[Json]:
    if any(block.head):
        return [_headed(block)]
    # The first row of a Table element is drawn as its head.
    widths = _widths(block)
    rows = (_inlines(cells, block.numeric) for cells in block.rows)
    return [
        _columns(([cell], width) for cell, width in zip(row, widths, strict=True)) for row in rows
    ]


def _columns(columns: Iterable[tuple[Sequence[Json], int]]) -> Json:
    """One row with relative widths; every client knows it."""
    drawn = [
        {"type": "Column", "width": str(width), "items": [line(inlines)]}
        for inlines, width in columns
    ]
    return {"type": "ColumnSet", "spacing": "small", "columns": drawn}


def _headed(block: Table) -> Json:
    rows = (tuple(map(Bold, block.head)), *block.rows)
    return {
        "type": "Table",
        "showGridLines": False,
        "columns": [{"width": width} for width in _widths(block)],
        "rows": [_row(cells, block.numeric) for cells in rows],
        "fallback": _lines(block),
    }


def _row(cells: Sequence[Span], numeric: frozenset[int]) -> Json:
    sides = ({"horizontalAlignment": "right"} if n in numeric else {} for n in range(len(cells)))
    drawn = zip(_inlines(cells, numeric), sides, strict=True)
    items = [{"type": "TableCell", "items": [line([cell], **side)]} for cell, side in drawn]
    return {"type": "TableRow", "cells": items}


def _inlines(cells: Sequence[Span], numeric: frozenset[int]) -> list[Json]:
    drawn = [inline(cell) for cell in cells]
    for column in numeric:
        drawn[column]["text"] += _GAP
    return drawn


def _widths(block: Table) -> list[int]:
    """Relative: as wide as the longest cell, but no column more than six times another."""
    columns = zip(block.head, *((words(cell) for cell in row) for row in block.rows), strict=True)
    return [min(max(max(map(len, column)), 5), 30) for column in columns]


def _lines(block: Table) -> Json:
    """The table for clients without tables, mobile ones among them: a line a row."""
    rows = (block.head, *(tuple(map(words, row)) for row in block.rows))
    return line([run(" · ".join(cell for cell in row if cell) + "\n") for row in rows])
