"""A reply as lines for a terminal.  Pure; every string is data and goes through `safe`."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, timedelta, tzinfo
from itertools import count, repeat
from typing import NamedTuple, TextIO
from zoneinfo import ZoneInfo

from rich.color import ColorSystem
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.style import Style as Paint
from rich.text import Text as Line

from adapters.chart import columns
from adapters.console.as_json import to_json
from adapters.console.grid import grid
from adapters.console.safe import isolate, safe
from bot.picture import Picture, sentence, sparkline
from bot.reply import (
    Block,
    Bold,
    Button,
    Buttons,
    Code,
    Facts,
    Note,
    Reply,
    Span,
    Style,
    Table,
    Text,
    Title,
    Tone,
    When,
    words,
)

__all__ = ["render", "to_json", "wants_colour"]

_NARROWEST = 20  # below that no table and no sentence can be read, and wide letters do not fit


class _Sign(NamedTuple):
    sign: str
    word: str  # said where no sentence follows
    style: str  # repeats the sign, for those who see it


_TONES = {
    Tone.GOOD: _Sign("✓", "Good", "bold green"),
    Tone.WARN: _Sign("!", "Attention", "bold yellow"),
    Tone.BAD: _Sign("✗", "Failed", "bold red"),
}
_STYLES = {Style.PLAIN: "", Style.PRIMARY: "bold", Style.DANGER: "red"}


def wants_colour(environment: Mapping[str, str], stdout: TextIO) -> bool:
    """Whether to paint: on a terminal, unless NO_COLOR (no-color.org) or a dumb one says no."""
    if environment.get("NO_COLOR") or environment.get("TERM", "") in ("", "dumb", "unknown"):
        return False
    return stdout.isatty()


def render(
    reply: Reply,
    *,
    width: int,
    colour: bool,
    timezone: str | None = None,
    first_button: int | None = 1,
) -> str:
    """Lines of at most `width` cells (at least 20) without a last line break; "" for no blocks.

    Moments are shown in `timezone` (IANA), else in UTC.  Buttons are numbered from
    `first_button`; None shows them without numbers, where nobody can press.
    """
    page = _page(max(width, _NARROWEST))
    numbers = repeat("") if first_button is None else (f"{n} " for n in count(first_button))
    parts = list(_parts(_toned(reply), page.width, _zone(timezone), numbers))
    if parts and isinstance(parts[0], Line) and reply.tone in _TONES:
        parts[0].stylize(_TONES[reply.tone].style, 0, 1)
    lines = (line for part in parts for line in page.render_lines(part, pad=False))
    return "\n".join(_painted(line, colour) for line in lines)


def _page(width: int) -> Console:
    # Everything that rich would otherwise look up in the environment is said here.
    return Console(
        file=io.StringIO(),
        width=width,
        color_system=None,
        force_terminal=False,
        legacy_windows=False,
    )


def _painted(line: Sequence[Segment], colour: bool) -> str:
    if not colour:
        return "".join(isolate(text) for text, _, _ in line).rstrip()
    return "".join(
        (style or Paint.null()).render(isolate(text), color_system=ColorSystem.STANDARD)
        for text, style, _ in _trimmed(line)
    )


def _trimmed(line: Sequence[Segment]) -> Iterator[Segment]:
    """Without the blanks that fill it up to the right edge."""
    filled = [index for index, segment in enumerate(line) if segment.text.strip()]
    for index in range(filled[-1] + 1 if filled else 0):
        text, style, _ = line[index]
        yield Segment(text.rstrip() if index == filled[-1] else text, style)


def _zone(timezone: str | None) -> tzinfo:
    try:
        return ZoneInfo(timezone) if timezone else UTC
    except (LookupError, ValueError, OSError):  # unknown, not a name, or a folder of the database
        return UTC


def _toned(reply: Reply) -> tuple[Block, ...]:
    """The blocks, the first of which says how it stands."""
    if reply.tone not in _TONES or not reply.blocks:
        return reply.blocks
    sign, word, _ = _TONES[reply.tone]
    first, *others = reply.blocks
    match first:
        case Title(text):
            return (Title(f"{sign} {text}"), *others)
        case Text(spans):
            return (Text((f"{sign} ", *spans)), *others)
        case _:
            return (Text((f"{sign} {word}",)), *reply.blocks)


def _parts(
    blocks: Sequence[Block], width: int, zone: tzinfo, numbers: Iterator[str]
) -> Iterator[RenderableType]:
    for index, block in enumerate(blocks):
        match block:
            case Title(text):
                yield from (Line(),) if index else ()
                yield _line((text,), zone, "bold")
            case Text(spans) | Note(spans):
                yield _line(spans, zone, "dim" if isinstance(block, Note) else "")
            case Facts(pairs):
                facts = [(_line((name,), zone, "dim"), _line((to,), zone)) for name, to in pairs]
                yield from grid((), facts, (), width)
            case Table(head, rows, numeric):
                cells = [[_line((cell,), zone) for cell in row] for row in rows]
                yield from grid([_line((name,), zone) for name in head], cells, numeric, width)
            case Picture():
                yield from _drawn(block, width, zone)
            case Buttons(buttons):
                yield from _button_lines(buttons, width, numbers)


def _line(spans: Sequence[Span], zone: tzinfo, style: str = "") -> Line:
    parts = ((safe(_words(span, zone)), _span_style(span)) for span in spans)
    return Line.assemble(*parts, style=style, overflow="fold")


def _span_style(span: Span) -> str:
    match span:
        case Bold():
            return "bold"
        case Code():
            return "cyan"
        case _:
            return ""


def _words(span: Span, zone: tzinfo) -> str:
    if not isinstance(span, When) or zone is UTC:
        return words(span)
    try:
        local = span.at.astimezone(zone)
    except OverflowError:  # the first or the last day that a datetime can hold
        return words(span)
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"{local:%Y-%m-%d %H:%M} UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def _drawn(picture: Picture, width: int, zone: tzinfo) -> Iterator[RenderableType]:
    """Each series in words, and below them as columns where these fit into the width."""
    yield _line((picture.title,), zone, "bold")
    for series in picture.series:
        yield _line((sentence(picture, series),), zone)
        for drawn in columns(picture, series, width - 2) or [sparkline(series)]:
            yield Line(f"  {safe(drawn)}", no_wrap=True, overflow="ellipsis")


def _button_lines(buttons: Sequence[Button], width: int, numbers: Iterator[str]) -> Iterator[Line]:
    """As many a line as fit; none is split unless it is wider than a line."""
    line = Line(overflow="fold")
    for button in buttons:
        shown = Line(f"[{next(numbers)}{safe(button.label)}]", _STYLES[button.style])
        if line and line.cell_len + 1 + shown.cell_len > width:
            yield line
            line = Line(overflow="fold")
        line.append(" " if line else "").append_text(shown)
    if line:
        yield line
