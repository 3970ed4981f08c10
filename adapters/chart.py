"""A series drawn with characters, for places that show text of one width.

The blocks and lines are those that also code page 437 has, so that they are as wide as letters
in nearly every font; `spelled` replaces them where a stream cannot spell them.
"""

from __future__ import annotations

from math import ceil

from bot.picture import UNKNOWN, Picture, Series, number

_ROWS = 4  # of two steps each
_WIDEST = 3  # cells for a column, its gap included
_LABEL = 12  # a longer label is cut

_PLAIN = str.maketrans("█▄│┤└─▁▂▃▅▆▇", "#:|+`-_..:##")


def columns(picture: Picture, series: Series, width: int) -> list[str]:
    """Lines of at most `width` characters; none where columns do not fit or nothing is known."""
    top = number(series.most) if series.most else " "
    room = width - len(top) - 2
    cells = min(_WIDEST, room // len(picture.labels))
    if cells < 1 or not series.measured:
        return []
    gutters = [f"{top} ┤", *(f"{'':{len(top)}} │" for _ in range(_ROWS - 1))]
    rows = (_row(series, row, cells) for row in reversed(range(_ROWS)))
    bars = [f"{gutter}{row}" for gutter, row in zip(gutters, rows, strict=True)]
    ground = f"{0:>{len(top)}} └{'─' * cells * len(series.values)}"
    axis = f"{'':{len(top)}}  {_axis(picture.labels, cells, room)}"
    return [line.rstrip() for line in (*bars, ground, axis)]


def _row(series: Series, row: int, cells: int) -> str:
    bar = max(1, cells - 1)
    return "".join((_cell(value, series.most, row) * bar).ljust(cells) for value in series.values)


def _cell(value: float | None, most: float, row: int) -> str:
    if value is None:
        return " " if row else UNKNOWN
    if not value:
        return " "
    steps = max(1, round(value / most * _ROWS * 2)) - 2 * row
    return " " if steps < 1 else "▄" if steps == 1 else "█"


def _axis(labels: tuple[str, ...], cells: int, room: int) -> str:
    """As many labels as fit, each below its column."""
    short = [" ".join(label.split())[:_LABEL] for label in labels]
    every = ceil((max(map(len, short)) + 1) / cells)
    line = ""
    for at in range(0, len(short), every):
        if at * cells + len(short[at]) <= room:
            line = line.ljust(at * cells) + short[at]
    return line


def spelled(text: str, encoding: str) -> str:
    """The text with drawings that the encoding can spell: ASCII where it has no blocks."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate({sign: to for sign, to in _PLAIN.items() if _lacks(encoding, sign)})
    return text


def _lacks(encoding: str, sign: int) -> bool:
    return chr(sign).encode(encoding, "replace") == b"?"
