"""Which button a typed number or label presses.

An answer's buttons count from 1 and replace those of the answer before it.  A message
that arrives by itself counts on from there, so that a number never changes its
meaning while somebody is about to type it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.reply import Button, Buttons, Reply


class Offers:
    """Safe to call from several threads: one assignment makes each change visible."""

    def __init__(self) -> None:
        self._answer: dict[int, Button] = {}
        self._arrived: dict[int, Button] = {}

    def answered(self, reply: Reply) -> int:
        """Offer an answer's buttons; the number of the first."""
        if buttons := _buttons(reply):
            self._answer = dict(enumerate(buttons, 1))
        return 1

    def arrived(self, reply: Reply) -> int:
        """Offer the buttons of a message that nobody asked for; the number of the first."""
        first = max([*self._answer, *self._arrived], default=0) + 1
        self._arrived = {**self._arrived, **dict(enumerate(_buttons(reply), first))}
        return first

    def pressed(self, line: str) -> Button | None:
        """The button that the whole line names; None where a label could mean several."""
        if line.isdecimal():
            return {**self._arrived, **self._answer}.get(int(line[:9]))
        return _called(line, self._answer) or _called(line, self._arrived)


def _called(label: str, offered: Mapping[int, Button]) -> Button | None:
    wanted = label.casefold()
    found = {b.command_line: b for b in offered.values() if b.label.casefold() == wanted}
    return next(iter(found.values())) if len(found) == 1 else None


def _buttons(reply: Reply) -> Sequence[Button]:
    return [
        button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons
    ]
