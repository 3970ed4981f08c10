"""A picture as PNG: one panel a series, each with a scale of its own, told apart by its words.

Nothing is said by colour alone, what was not measured is hatched, and the background is the
picture's own, so that it reads the same in light and dark clients.  Pillow is loaded when the
first picture is drawn.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING

from bot.picture import Measure, Picture, Series, amount

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

WIDTH = 800  # pixels; Teams shows at most 1024
_LEFT, _RIGHT, _TOP = 20, 780, 56
_HEAD, _BARS, _GAP = 34, 96, 22  # heights in a panel: its name, its columns, what follows
_FOOT = 36
_LEAST = 4  # what is not zero is seen
_NAME = 500  # wide at most: the scale stands on the same line

# Numbers in a palette of four bits: letters are smoothed between ink and paper, and the file is
# small enough to go inside a message.
_INK, _SOFT, _FAINT, _PAPER, _FILL = 0, 4, 7, 14, 15
_GREYS = ((27 + 228 * step // _PAPER,) * 3 for step in range(_PAPER + 1))
_PALETTE = [part for colour in (*_GREYS, (47, 93, 155)) for part in colour]
_Box = tuple[int, int, int, int]


@lru_cache(4)  # a card that is made to fit is drawn more than once
def png(picture: Picture) -> bytes:
    """The same bytes for the same picture and the same Pillow."""
    from PIL import Image, ImageDraw

    height = _TOP + len(picture.series) * (_HEAD + _BARS + _GAP) + _FOOT
    image = Image.new("L", (WIDTH, height), _PAPER)
    _draw(picture, ImageDraw.Draw(image), height)
    image.putpalette(_PALETTE)
    written = BytesIO()
    image.save(written, "PNG", bits=4, compress_level=9)
    return written.getvalue()


def _draw(picture: Picture, pen: ImageDraw, height: int) -> None:
    _write(pen, (_LEFT, 14), picture.title, _font(24))
    for nth, series in enumerate(picture.series):
        top = _TOP + nth * (_HEAD + _BARS + _GAP)
        _panel(series, pen, top)
    foot = height - _FOOT - _GAP + 6
    _axis(picture.labels, pen, foot)
    if any(None in series.values for series in picture.series):
        _write(pen, (_RIGHT, 18), "hatched: not measured", _font(17), _SOFT, "ra")
    pen.rectangle((0, 0, WIDTH - 1, height - 1), outline=_FAINT)


def _panel(series: Series, pen: ImageDraw, top: int) -> None:
    ground = top + _HEAD + _BARS
    _write(pen, (_LEFT, top), series.name, _font(20))
    if series.measured:
        scale = f"0 to {amount(series.most, series.unit)}"
        _write(pen, (_RIGHT, top + 2), scale, _font(18), _INK, "ra")
    pen.line((_LEFT, top + _HEAD, _RIGHT, top + _HEAD), fill=_FAINT)
    for nth, value in enumerate(series.values):
        left, right = _column(nth, len(series.values))
        if value is None:
            _hatch(pen, (left, top + _HEAD, right, ground))
        elif value:
            tall = max(_LEAST, round(value / series.most * _BARS))
            _bar(pen, (left, ground - tall, right, ground), series.measure)
    pen.line((_LEFT, ground, _RIGHT, ground), fill=_INK, width=2)


def _column(nth: int, count: int) -> tuple[int, int]:
    wide = (_RIGHT - _LEFT) / count
    left = _LEFT + round(nth * wide)
    return left + 1, max(left + 2, _LEFT + round((nth + 1) * wide) - 3)


def _bar(pen: ImageDraw, box: _Box, measure: Measure) -> None:
    """What adds up is a full column; how something stood is a mark at its height."""
    left, top, right, _ = box
    match measure:
        case Measure.COUNT:
            pen.rectangle(box, fill=_FILL)
        case Measure.LEVEL:
            pen.rectangle(box, outline=_FAINT)
            pen.rectangle((left, top, right, top + _LEAST), fill=_FILL)


def _hatch(pen: ImageDraw, box: _Box) -> None:
    left, top, right, bottom = box
    for start in range(top - (right - left), bottom, 8):
        points = [(x, start + x - left) for x in range(left, right + 1)]
        pen.point([(x, y) for x, y in points if top <= y <= bottom], fill=_FAINT)


def _axis(labels: tuple[str, ...], pen: ImageDraw, top: int) -> None:
    """As many labels as fit, each below the left edge of its column."""
    font = _font(18)
    wide = max(pen.textlength(_line(label), font) for label in labels) + 16
    every = max(1, ceil(wide / ((_RIGHT - _LEFT) / len(labels))))
    for nth in range(0, len(labels), every):
        left, _ = _column(nth, len(labels))
        pen.line((left, top - 4, left, top + 3), fill=_INK)
        if left + wide <= WIDTH:
            _write(pen, (left, top + 4), labels[nth], font)


def _write(
    pen: ImageDraw,
    at: tuple[int, int],
    text: str,
    font: FreeTypeFont | ImageFont,
    fill: int = _INK,
    anchor: str = "la",
) -> None:
    line = _line(text)
    while pen.textlength(line, font) > _NAME:
        line = f"{line[:-2]}…"
    pen.text(at, line, fill=fill, font=font, anchor=anchor)


def _line(text: str) -> str:
    """On one line, in letters that the font has: without accents, and a dash is a hyphen."""
    letters = unicodedata.normalize("NFKD", " ".join(text.split())[:100])
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return kept.translate(_DASHES)


_DASHES = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), "-")


def _font(height: int) -> FreeTypeFont | ImageFont:
    """Pillow's own; it knows ASCII, and the words below the picture know all others."""
    from PIL import ImageFont

    return ImageFont.load_default(height)
