"""What is worth printing again when a message changed that stands further up already.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.reply import Block, Button, Buttons, Facts, Reply, Table, Title, plain

SHORT = 6  # lines; a message that has no more is printed whole


def changed(before: Reply, after: Reply) -> Reply:
    """The title and what is new under it: blocks, pairs, rows, buttons that do new things."""
    if len(plain(after).splitlines()) <= SHORT:
        return after
    return replace(after, blocks=tuple(_new(before, after)) or after.blocks)


def _new(before: Reply, after: Reply) -> Iterator[Block]:
    pairs = {pair for block in before.blocks if isinstance(block, Facts) for pair in block.pairs}
    rows = {row for block in before.blocks if isinstance(block, Table) for row in block.rows}
    known = {button.command_line for button in _buttons(before)}
    for block in after.blocks:
        match block:
            case Title():
                yield block
            case Buttons(buttons):
                if fresh := tuple(b for b in buttons if b.command_line not in known):
                    yield Buttons(fresh)
            case _ if block in before.blocks:
                pass
            case Facts():
                yield Facts(tuple(pair for pair in block.pairs if pair not in pairs))
            case Table():
                yield replace(block, rows=tuple(row for row in block.rows if row not in rows))
            case _:
                yield block


def _buttons(reply: Reply) -> Iterator[Button]:
    for block in reply.blocks:
        if isinstance(block, Buttons):
            yield from block.buttons
