"""What may come next on a half-typed line: command words, their fixed words, rooms and places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.console.extra import Extra
from bot.command import Command
from bot.errors import Trouble
from bot.text import clean

ENDS = ("exit", "quit")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text` in place of the last `typed` characters of the line."""

    text: str
    typed: int
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Suggester:
    """`words` gives names of rooms and places, spaces and accents included."""

    commands: Sequence[Command]
    extras: Mapping[str, Extra]
    words: Callable[[], Sequence[str]]

    def __call__(self, line: str) -> Iterator[Suggestion]:
        line = line.lstrip()
        phrases = dict(self._phrases(line.startswith("/")))
        known = [phrase for phrase in phrases if _fold(line).startswith(f"{phrase} ")]
        if not known:
            yield from _begun(line, phrases)
            return
        phrase = max(known, key=len)
        said = line[len(phrase) + 1 :]
        match phrases[phrase]:
            case Extra() as extra:
                yield from _named(said, extra.completions())
            case Command() as command:
                yield from self._arguments(said, command, phrases)

    def _phrases(self, slash: bool) -> Iterator[tuple[str, Command | Extra]]:
        """Every way to name a command, with the slash or without."""
        for command in self.commands:
            yield (command.slash if slash else command.name), command
        if not slash:
            yield from ((command.name.split()[-1], command) for command in self.commands)
            yield from self.extras.items()

    def _arguments(
        self, said: str, command: Command, phrases: Mapping[str, Command | Extra]
    ) -> Iterator[Suggestion]:
        forms = [argument.form for argument in command.arguments]
        begun = said.rpartition(" ")[2]
        for form, argument in zip(forms, command.arguments, strict=True):
            for word in _FIXED.findall(form):
                if word.startswith(begun.lower()) and word not in said.lower().split():
                    yield Suggestion(word, len(begun), argument.meaning)
        if any("COMMAND" in form for form in forms):
            yield from _begun(said, phrases)
        elif forms:
            yield from _named(said, self._names())

    def _names(self) -> Sequence[str]:
        try:
            return [clean(name) for name in self.words()]
        except Trouble:  # nothing to suggest is no reason to disturb somebody who types
            return ()


# The words of an argument's form that are typed as they stand: "for" of "[for DURATION]".
_FIXED = re.compile(r"(?<![\w-])[a-z]{2,}(?![\w-])")


def _begun(line: str, phrases: Mapping[str, Command | Extra]) -> Iterator[Suggestion]:
    for phrase, meant in phrases.items():
        if phrase.startswith(_fold(line)):
            yield Suggestion(phrase, len(line), meant.summary)
    for word in ENDS:
        if line and word.startswith(_fold(line)) and word not in phrases:
            yield Suggestion(word, len(line), "end this conversation")


def _named(said: str, names: Sequence[str]) -> Iterator[Suggestion]:
    """Names that go on from the end of the line, matched as far back as they reach."""
    folded = _fold(said)
    ends = [folded[found.end() :] for found in re.finditer(r"^|\s", folded)]
    for name in dict.fromkeys(names):
        low = _fold(name)
        typed = next((end for end in ends if low.startswith(end)), None)
        if typed is not None and typed != low:
            yield Suggestion(name, len(typed))


def _fold(text: str) -> str:
    """Without case and accents, one character for one, so that positions stay true."""
    return "".join(unicodedata.normalize("NFD", character)[0].lower()[:1] for character in text)
