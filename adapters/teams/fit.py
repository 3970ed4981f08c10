"""A card that Teams accepts: what does not fit is left out, and the card says so."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from adapters.teams.drawn import in_words, weight
from adapters.teams.limits import CARD_BYTES
from adapters.teams.payload import size
from bot.picture import Picture
from bot.reply import Block, Buttons, Note, Table

Json = dict[str, Any]
Draw = Callable[[Block], list[Json]]

_FOR_THE_NOTES = 1_000  # bytes kept free for the sentences that say what is missing
_REST = "The rest of this answer does not fit into one message. Ask for less to see it."


def fit(blocks: Sequence[Block], draw: Draw, frame: Json) -> list[Json]:
    """The body of the card: everything, or as much from the top as there is room for.

    Of an answer that is too long, the buttons are kept before the words and stand last: they
    are the way to the rest.
    """
    room = CARD_BYTES - size(frame) - _FOR_THE_NOTES
    draw = _one_image(draw)
    whole = [part for block in blocks for part in draw(block)]
    if weight(whole) <= room:
        return whole
    buttons = _some_buttons(blocks, draw, room // 2)
    words = [block for block in blocks if not isinstance(block, Buttons)]
    return [*_words(words, draw, room - weight(buttons)), *buttons]


def _one_image(draw: Draw) -> Draw:
    """The first picture is drawn, any other is told."""
    pictures: list[Picture] = []

    def drawn(block: Block) -> list[Json]:
        if not isinstance(block, Picture):
            return draw(block)
        if not pictures:
            pictures.append(block)
        return draw(block) if block is pictures[0] else in_words(block)

    return drawn


def _some_buttons(blocks: Sequence[Block], draw: Draw, room: int) -> list[Json]:
    every = [button for block in blocks if isinstance(block, Buttons) for button in block.buttons]

    def first(count: int) -> list[Json]:
        return draw(Buttons(tuple(every[:count])))

    count = _most(len(every), first, room)
    return [*first(count), *_missing(len(every) - count, len(every), "buttons", draw)]


def _words(blocks: Sequence[Block], draw: Draw, room: int) -> list[Json]:
    body: list[Json] = []
    for number, block in enumerate(blocks):
        left = room - weight(body)
        if weight(draw(block)) <= left:
            body += draw(block)
            continue
        if isinstance(block, Table):
            body += _some_rows(block, draw, left)
        if not isinstance(block, Table) or number < len(blocks) - 1:
            body += draw(Note((_REST,)))
        break
    return body


def _some_rows(table: Table, draw: Draw, room: int) -> list[Json]:
    def first(count: int) -> list[Json]:
        return draw(replace(table, rows=table.rows[:count])) if count else []

    every = len(table.rows)
    count = _most(every, first, room)
    return [*first(count), *_missing(every - count, every, "rows", draw)]


def _most(every: int, first: Callable[[int], list[Json]], room: int) -> int:
    """How many of them may be drawn."""
    return bisect_right(range(1, every + 1), room, key=lambda count: weight(first(count)))


def _missing(count: int, every: int, what: str, draw: Draw) -> list[Json]:
    if not count:
        return []
    sentence = f"{count} of {every} {what} do not fit into this message. Ask for fewer."
    return draw(Note((sentence,)))
