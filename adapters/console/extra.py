"""A word that only this terminal knows, such as `break` in the demo; it is no chat command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.reply import Code, Note, Reply, Table


def _nothing() -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Extra:
    """`run` gets what stood after the name and returns lines; a Refused is told as its sentence."""

    name: str
    summary: str
    run: Callable[[str], str]
    completions: Callable[[], Sequence[str]] = _nothing


def about(extras: Mapping[str, Extra]) -> Reply:
    """What to say after the bot's own help."""
    rows = tuple((Code(name), extra.summary) for name, extra in extras.items())
    return Reply((Note(("And in this terminal alone:",)), Table((), rows)))
