"""From a typed line to the command it means.

"/rooms free 2pm", "roomops rooms free 2pm", "free 2pm" and "rooms 2pm" all mean
the same command: a leading slash command is optional where the rest is unambiguous,
and a group without a known word means its first command.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from bot.command import Command
from bot.errors import Usage
from bot.text import quote


class Lookup:
    """Refuses two commands of one name when it is built."""

    def __init__(self, commands: Sequence[Command]) -> None:
        self._by_name = {command.name: command for command in commands}
        if len(self._by_name) != len(commands):
            raise ValueError("two commands have the same name")
        self._groups: dict[str, dict[str, Command]] = {}
        for command in commands:
            self._groups.setdefault(command.group, {})[command.name.split()[-1]] = command
        self._alone = {word: c for g in self._groups.values() for word, c in g.items()}

    def __call__(self, text: str) -> tuple[Command, str]:
        """The command and the rest of the line; Usage with the nearest name otherwise."""
        first, rest = _split(text.removeprefix("/"))
        if first == "roomops":
            first, rest = _split(rest.removeprefix("/"))
        if first in self._groups and first != "roomops":
            return self._in_group(first, rest)
        if not first:
            return self._by_name["help"], ""
        if first in self._alone:
            return self._alone[first], rest
        raise self._unknown(first)

    def _in_group(self, group: str, rest: str) -> tuple[Command, str]:
        words = self._groups[group]
        second, after = _split(rest)
        if second in words:
            return words[second], after
        if second == "help":
            return self._by_name["help"], f"{group} {after}".rstrip()
        if near := get_close_matches(second, words, n=1, cutoff=0.75):
            raise Usage(f"I do not know {quote(f'{group} {second}')}", f"Did you mean {near[0]}?")
        return next(iter(words.values())), rest

    def _unknown(self, word: str) -> Usage:
        near = get_close_matches(word, [*self._alone, *self._groups], n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        return Usage(
            f"I do not know {quote(word)}", f"{hint}Say /roomops help to see what I can do."
        )


def _split(text: str) -> tuple[str, str]:
    first, _, rest = text.strip().partition(" ")
    return first.lower(), rest.strip()
