"""Data, made safe for a terminal: it cannot move the cursor, hide, or reorder its neighbours."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UNREADABLE = "\ufffd"


def safe(text: str) -> str:
    """The text with controls visible as U+FFFD, line breaks as blanks, invisible things gone.

    What stays is measured alike by old and new terminals, so that columns hold.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


# VS16 asks for a wide picture of a narrow character; half of the terminals widen it, half do not.
_WIDENS = "\ufe0f"

# Of the format characters only what Arabic, Hebrew and Persian are written with: the non-joiner,
# marks of direction (they reorder nothing), and the Arabic, Syriac and Kaithi number signs.
# The joiner goes: some terminals draw joined emoji in two cells, others in two cells each, and
# rich takes whatever follows it for no cell at all.
_KEPT = frozenset(
    "\u200c\u200e\u200f\u061c\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f"
    "\u0890\u0891\u08e2\U000110bd\U000110cd"
)


@lru_cache(4096)
def _shown(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " " if character.isspace() else _UNREADABLE
        case "Cs":
            return _UNREADABLE
        case "Cf":
            return character if character in _KEPT else ""
        case _:
            return "" if character == _WIDENS else character


def isolate(text: str) -> str:
    """A piece of one line whose right-to-left parts no longer pull at what stands beside them.

    Without it "(10 seats" after a Hebrew name is shown before that name
    (Unicode Standard Annex 9, FSI and PDI).  Takes no cells.
    """
    if text.isascii():
        return text
    kinds = "".join(map(_kind, text))
    if "R" not in kinds:
        return text
    pattern = _RUN if "L" in kinds else _ALL
    last, parts = 0, list[str]()
    for run in pattern.finditer(kinds):
        parts += text[last : run.start()], "\u2068", text[run.start() : run.end()], "\u2069"
        last = run.end()
    return "".join((*parts, text[last:]))


# Over the kinds: from the first right-to-left letter to the last, with the marks upon it ...
_RUN = re.compile("R(?:[^L]*R)?m*")
# ... or, when nothing else is written there, with its numbers and signs too.
_ALL = re.compile(r"[^ ](?:.*[^ ])?")


@lru_cache(4096)
def _kind(character: str) -> str:
    match unicodedata.bidirectional(character):
        case "R" | "AL":
            return "R"
        case "L":
            return "L"
        case "NSM":
            return "m"
        case _:
            return " " if character.isspace() else "n"
