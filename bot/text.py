"""Typed text, made safe to read, to keep and to repeat."""

from __future__ import annotations

import unicodedata

LONGEST = 2000  # characters of one command line; Slack's button values end there too


def clean(text: str) -> str:
    """The line with control, format-override and unpaired surrogate characters as blanks."""
    return " ".join("".join(" " if _unsafe(c) else c for c in text).split())


def _unsafe(character: str) -> bool:
    # Cc: NUL breaks PostgreSQL, ESC paints terminals.  Cs cannot be encoded.  Of Cf only what
    # reorders or hides text; joiners stay, since emoji and several scripts are written with them.
    category = unicodedata.category(character)
    return category in ("Cc", "Cs", "Zl", "Zp") or character in _OVERRIDES


_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def quote(text: str, longest: int = 60) -> str:
    """Their words in our sentence: “…”, shortened visibly."""
    return f"“{cut(text, longest)}”"


def cut(text: str, longest: int) -> str:
    """Shortened visibly."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
