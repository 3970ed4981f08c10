"""Rows and columns in a given width: a table where it fits, a list of entries where it does not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_GAP = 2  # cells before each column; the first gap is the indent
_WORD = 24  # a longer word is folded rather than given its own width
_READABLE = 12  # a column of prose narrower than this is no longer read


def grid(
    head: Sequence[Text], rows: Sequence[Sequence[Text]], numeric: Collection[int], width: int
) -> Iterator[RenderableType]:
    """Rows may be ragged; a head without words is not shown."""
    columns = max(map(len, (head, *rows)))
    if not columns:
        return
    full = [_filled(row, columns) for row in (head, *rows)]
    widths = _widths(list(zip(*full, strict=True)), width - _GAP * columns)
    if widths is None:
        for row in full[1:]:
            yield from _entry(full[0], row)
    else:
        yield _table(full, widths, numeric)


def _filled(row: Sequence[Text], columns: int) -> list[Text]:
    return [*row, *(Text() for _ in range(columns - len(row)))]


def _widths(columns: Sequence[Sequence[Text]], room: int) -> list[int] | None:
    """Cells for each column; None when the room is too narrow to read a table in."""
    natural = [max(cell.cell_len for cell in column) for column in columns]
    widths = [
        min(wanted, max(_READABLE, min(_WORD, _longest_word(column))))
        for wanted, column in zip(natural, columns, strict=True)
    ]
    spare = room - sum(widths)
    if spare < 0:
        return None
    for index in sorted(range(len(widths)), key=lambda i: natural[i] - widths[i]):
        more = min(spare, natural[index] - widths[index])
        widths[index] += more
        spare -= more
    return widths


def _longest_word(column: Sequence[Text]) -> int:
    return max((cell_len(word) for cell in column for word in cell.plain.split()), default=0)


def _table(
    full: Sequence[Sequence[Text]], widths: Sequence[int], numeric: Collection[int]
) -> Table:
    head, *rows = full
    table = Table(box=None, padding=(0, 0, 0, _GAP), show_header=any(cell.plain for cell in head))
    for index, (cell, width) in enumerate(zip(head, widths, strict=True)):
        table.add_column(cell, width=width, overflow="fold", header_style="bold")
        if index in numeric:
            table.columns[index].justify = "right"
    for row in rows:
        table.add_row(*row)
    return table


def _entry(head: Sequence[Text], row: Sequence[Text]) -> Iterator[RenderableType]:
    """The first cell on a line of its own, the others below it with their headings."""
    yield Padding(row[0], (0, 0, 0, _GAP))
    told = [
        Text(": ").join((name, cell)) if name.plain else cell
        for name, cell in zip(head[1:], row[1:], strict=True)
        if cell.plain
    ]
    if told:
        yield Padding(Text(" · ", overflow="fold").join(told), (0, 0, 0, 2 * _GAP))
